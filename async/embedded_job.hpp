/// A Job that lives where its result is waited for.
#pragma once

#include "async/begin_job.hpp"
#include "async/job.hpp"
#include "async/task.hpp"

namespace async {

/// Its owner is a Nursery that outlives it, or waits for it. `T`: what its root returns.
template <class T>
class EmbeddedJob final : public Job {
  public:
    EmbeddedJob() = default;

    ~EmbeddedJob() {
        if (has_value_) {
            static_cast<void>(place_.take());
        }
    }

    /// Takes over the frame of `task`, which has one, as a Job of `nursery`, which `parent` waits for. Returns it, to
    /// be resumed.
    Frame begin(Task<T>& task, Nursery& nursery, const Job& parent) {
        const Frame root = prepare(task, parent.executor());
        set_priority(parent.priority());
        nursery.adopt(*this);
        return root;
    }

    /// The same, but it runs when its turn comes.
    void add(Task<T>& task, Nursery& nursery, const Job& parent) {
        prepare(task, parent.executor());
        set_priority(parent.priority());
        nursery.add(*this);
    }

    /// The same without a parent.
    void add_root(Task<T>& task, Executor& executor) {
        prepare(task, executor);
        executor.roots().add(*this);
    }

    void release() override { has_value_ = !place_.error().is_error(); }

    /// Once, after it has ended without an error.
    T take() {
        has_value_ = false;
        return place_.take();
    }

    /// What it ended with, if with an error.
    [[nodiscard]] Error error() const { return place_.error(); }

  private:
    Frame prepare(Task<T>& task, Executor& executor) {
        const Frame root = task.release();
        begin_job(*this, root, place_, executor);
        return root;
    }

    AwaitOf<T> place_{Wants::Result};
    bool has_value_ = false;
};

} // namespace async
