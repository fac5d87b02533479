/// Giving up the turn, or the worker.
#pragma once

#include "async/executor.hpp"
#include "async/promise.hpp"

namespace async {

/// What becomes of the latch: it ends the coroutine, or is the Result.
template <Wants W>
class YieldResult {
  public:
    static void fail(Job& job, Error error) { job.fail_at_resume(error); }

    static void take() {}
};

template <>
class YieldResult<Wants::Result> {
  public:
    void fail(const Job&, Error error) { result_ = error; }

    [[nodiscard]] Result<> take() const { return result_; }

  private:
    Result<> result_;
};

/// See yield_now(). No leaf: it waits for nothing.
class Yield : public Askable<Yield> {
  public:
    template <Wants W>
    class Awaiter {
      public:
        Awaiter(Yield&, Job&) {}

        static bool await_ready() { return false; }

        template <class P>
        void await_suspend(std::coroutine_handle<P> frame) {
            Job& job = *frame.promise().job;
            job.set_place(Frame::from_address(frame.address()));
            if (job.is_cancelled()) [[unlikely]] {
                result_.fail(job, job.latch());
            }
            job.executor().make_ready(job);
        }

        auto await_resume() { return result_.take(); }

      private:
        [[no_unique_address]] YieldResult<W> result_;
    };
};

/// All other Jobs that are ready run first.
inline Yield yield_now() { return {}; }

/// See hop_to(). No leaf, for the same reason.
class Hop : public Askable<Hop> {
  public:
    template <Wants W>
    class Awaiter {
      public:
        Awaiter(const Hop& hop, Job&) : target_(hop.target_) {}

        static bool await_ready() { return false; }

        template <class P>
        void await_suspend(std::coroutine_handle<P> frame) {
            Job& job = *frame.promise().job;
            job.set_place(Frame::from_address(frame.address()));
            if (job.is_cancelled() || job.nursery() != &job.executor().roots()) [[unlikely]] {
                result_.fail(job, job.is_cancelled() ? job.latch() : Error(abi::Error::BadState));
                job.executor().make_ready(job);
                return;
            }
            Nursery::give_up(job);
            // From here on it may already run there, and this frame be gone.
            target_.deliver(job);
        }

        auto await_resume() { return result_.take(); }

      private:
        Executor& target_;
        [[no_unique_address]] YieldResult<W> result_;
    };

    explicit Hop(Executor& target) : target_(target) {}

  private:
    Executor& target_;
};

/// The Job goes on at `target`, a worker of its pool. Only a Job of Pool::spawn(), post() or run() can: others belong
/// to a scope, whose worker counts them; BadState. What it holds that belongs to its old worker (primitives, scopes) it
/// must not use there.
inline Hop hop_to(Executor& target) { return Hop(target); }

} // namespace async
