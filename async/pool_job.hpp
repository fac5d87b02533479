/// A Job that no Job waits for: the pool does.
#pragma once

#include "async/await.hpp"
#include "async/begin_job.hpp"
#include "async/executor.hpp"
#include "async/job.hpp"

namespace async {

/// Its record and its root's frame belong to the slab of the worker that spawned it, and go back there.
class PoolJob final : public Job {
  public:
    PoolJob(Frame root, Executor& home) : home_(home) { begin_job(*this, root, place_, home); }

    void open(Executor& here) override {
        if (&here != &home_) {
            set_foreign();
        }
        here.adopt(*this);
    }

    void destroy_foreign(Frame root) override;
    void release() override;

  private:
    AwaitOf<void> place_{Wants::Result};
    Executor& home_;
};

} // namespace async
