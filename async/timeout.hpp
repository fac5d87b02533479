/// Limits in time.
///
///     co_await async::timeout(5_s, download(url));             // TimedOut after 5 s, when the download has ended
#pragma once

#include <concepts>

#include "async/alarm.hpp"
#include "async/embedded_job.hpp"
#include "async/nursery_awaiter.hpp"
#include "async/task.hpp"

namespace async {

/// See timeout().
template <class T>
class TimeoutCall final : public CallOf<TimeoutCall<T>>, private Alarm {
  public:
    using value_type = T;

    TimeoutCall(base::Nanoseconds limit, Task<T> task) : limit_(limit), task_(std::move(task)) {}

    Frame begin() {
        if (!task_) {
            return this->no_frame(abi::Error::NoMemory);
        }
        Executor& executor = this->job().executor();
        executor.arm(*this, executor.after(limit_));
        return job_.begin(task_, *this, this->job());
    }

    T take() { return job_.take(); }

    [[nodiscard]] std::string_view name() const override { return "timeout"; }

  private:
    void ring() override { this->cancel_jobs(abi::Error::TimedOut); }

    void on_end(Job& job, Error error) override { this->keep_first(job, error); }

    Error outcome() override {
        this->job().executor().disarm(*this);
        return CallOf<TimeoutCall>::outcome();
    }

    base::Nanoseconds limit_;
    Task<T> task_;
    EmbeddedJob<T> job_;
};

/// To be awaited: `task`, whose awaits fail with TimedOut once `limit` has passed. Ends when the task does, with its
/// own value or error. Of nested ones the earlier wins.
template <class T>
[[nodiscard]] TimeoutCall<T> timeout(base::Nanoseconds limit, Task<T> task) {
    return {limit, std::move(task)};
}

/// A call that its driver can end at a moment, such as an entry of a ring with a deadline.
template <class C>
concept HasTimeout = requires(C& call, base::Nanoseconds limit) { call.set_timeout(limit); };

/// The same for one call: no timer, no Job of its own.
template <HasTimeout C>
[[nodiscard]] C&& timeout(base::Nanoseconds limit, C&& call) {
    call.set_timeout(limit);
    return std::forward<C>(call);
}

} // namespace async
