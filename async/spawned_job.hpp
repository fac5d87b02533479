/// A Job of a scope that nobody awaits by itself.
#pragma once

#include <memory>

#include "async/begin_job.hpp"

namespace async {

/// A record in its worker's slab, gone with its end.
class SpawnedJob final : public Job {
  public:
    SpawnedJob(Frame root, Executor& executor) { begin_job(*this, root, place_, executor); }

    void release() override {
        std::destroy_at(this);
        FrameSlab::current().release(this, sizeof(SpawnedJob));
    }

  private:
    AwaitOf<void> place_{Wants::Result};
};

static_assert(sizeof(SpawnedJob) == 96);

} // namespace async
