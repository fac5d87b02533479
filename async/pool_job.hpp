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

    void destroy_root(Frame root) override;
    void release() override;

  private:
    /// Whether it ends at another worker than where its memory is from.
    [[nodiscard]] bool is_abroad() const { return &executor() != &home_; }

    AwaitOf<void> place_{Wants::Result};
    Executor& home_;
};

} // namespace async
