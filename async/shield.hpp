/// A cancellation that can wait a little.
///
///     co_await async::shield(100_ms, log.flush());
#pragma once

#include "async/alarm.hpp"
#include "async/executor.hpp"
#include "async/task.hpp"

namespace async {

/// Holds the latch of its Job back from hold() to end(), or until its limit is over.
class Shield final : private Alarm {
  public:
    Shield(Job& job, base::Nanoseconds limit) : job_(job), executor_(job.executor()), limit_(limit) {}

    Shield(const Shield&) = delete;
    Shield& operator=(const Shield&) = delete;

    ~Shield() { end(); }

    void hold() {
        number_ = job_.add_shield();
        executor_.arm(*this, executor_.after(limit_));
    }

    /// Also ends the shields inside.
    void end() {
        if (number_ != 0) {
            ASSERT(&job_.executor() == &executor_, "a Job hopped to another worker within a shield");
            executor_.disarm(*this);
            job_.keep_shields(static_cast<base::u8>(number_ - 1));
            number_ = 0;
        }
    }

  private:
    void ring() override { job_.keep_shields(static_cast<base::u8>(number_ - 1)); }

    Job& job_;
    Executor& executor_;
    base::Nanoseconds limit_;
    base::u8 number_ = 0; ///< how many shields there were with this one
};

/// See shield().
template <class T>
class ShieldCall : public Askable<ShieldCall<T>> {
  public:
    using value_type = T;

    template <Wants W>
    class Awaiter {
      public:
        Awaiter(ShieldCall& call, Job& job) : shield_(job, call.limit_), inner_(call.task_, job) {}

        static bool await_ready() { return false; }

        template <class P>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) {
            shield_.hold();
            return inner_.await_suspend(frame);
        }

        auto await_resume() {
            shield_.end();
            return inner_.await_resume();
        }

      private:
        Shield shield_;
        Task<T>::template Awaiter<W> inner_;
    };

    ShieldCall(base::Nanoseconds limit, Task<T> task) : limit_(limit), task_(std::move(task)) {}

  private:
    base::Nanoseconds limit_;
    Task<T> task_;
};

/// To be awaited: `task`, whose awaits do not fail because the Job is cancelled; not until `limit` has passed. For a
/// commit or a clean-up, also when the Job has been cancelled before. The Job stays on its worker meanwhile.
template <class T>
[[nodiscard]] ShieldCall<T> shield(base::Nanoseconds limit, Task<T> task) {
    return {limit, std::move(task)};
}

} // namespace async
