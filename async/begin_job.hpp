/// What all kinds of Jobs begin with.
#pragma once

#include "async/executor.hpp"
#include "async/promise.hpp"

namespace async {

/// Makes the coroutine at `root`, which has not begun, the chain of `job`. What it returns arrives in `place`, which
/// lives as long as the Job.
inline void begin_job(Job& job, Frame root, Await& place, Executor& executor) {
    place.set_parent(nullptr);
    root.promise().await = &place;
    root.promise().job = &job;
    job.set_place(root);
    job.set_executor(executor);
}

} // namespace async
