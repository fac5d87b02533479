/// Giving up the turn, or the worker.
#pragma once

#include "async/executor.hpp"
#include "async/leaf_of.hpp"

namespace async {

/// What becomes of the latch: it ends the coroutine, or is the Result.
template <Wants W>
class YieldResult {
  public:
    static void fail(Job& job) { job.fail_at_resume(job.latch()); }

    static void take() {}
};

template <>
class YieldResult<Wants::Result> {
  public:
    void fail(const Job& job) { result_ = job.latch(); }

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
                result_.fail(job);
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

/// See hop_to().
class HopLeaf final : public LeafOf<HopLeaf> {
  public:
    explicit HopLeaf(Executor& target) : target_(target) {}

    Ready try_now() {
        Executor& here = job().executor();
        if (job().nursery() != &here.roots() || target_.pool() != here.pool()) {
            return fail(abi::Error::BadState);
        }
        return &target_ == &here ? Ready::Yes : Ready::No;
    }

    void park() {
        Job& traveller = job();
        Executor& target = target_;
        traveller.unpark();
        traveller.executor().roots().give_up(traveller);
        // From here on it may already run there, and this leaf be gone.
        target.deliver(traveller);
    }

    static void take() {}

    void cancel(Error) override {}

    [[nodiscard]] std::string_view name() const override { return "hop_to"; }

  private:
    Executor& target_;
};

/// The Job goes on at `target`, a worker of the same pool. Only a Job of Pool::spawn(), post() or run() can: others
/// belong to a scope, whose worker counts them; BadState. What the Job holds of its old worker's (primitives, scopes)
/// it must not use there.
inline HopLeaf hop_to(Executor& target) { return HopLeaf(target); }

} // namespace async
