/// How a leaf is awaited.
#pragma once

#include <type_traits>

#include "async/executor.hpp"
#include "async/promise.hpp"

namespace async {

/// Base of every leaf `L`; see leaf.hpp for what it must have. `B`: what it is besides.
template <class L, class B = Leaf>
class LeafOf : public B {
  public:
    /// To be awaited in the same expression: a Result instead of the value.
    [[nodiscard]] Asked<L> result() { return {self()}; }

    bool await_ready() {
        const Ready ready = look();
        if (ready == Ready::Failed) [[unlikely]] {
            this->job().fail_at_resume(this->error());
        }
        return ready == Ready::Yes;
    }

    template <class P>
    void await_suspend(std::coroutine_handle<P> frame) {
        Job& job = this->job();
        job.park(Frame::from_address(frame.address()), *this, Job::Yields::Value);
        if (job.will_fail()) [[unlikely]] {
            job.executor().wake(job);
            return;
        }
        // The last that is done here: what it calls may hand the frame to another worker.
        self().park();
    }

    auto await_resume() { return self().take(); }

    /// The latch first, ready or not.
    Ready look() {
        const Job& job = this->job();
        return job.is_cancelled() ? this->fail(job.latch()) : self().try_now();
    }

  protected:
    using B::B;
    ~LeafOf() = default;

  private:
    L& self() { return static_cast<L&>(*this); }
};

/// Awaits a leaf, which lives in the same expression, for a Result.
template <class L>
class LeafResult {
  public:
    explicit LeafResult(L& leaf) : leaf_(leaf) { static_cast<void>(leaf.fail(Error())); }

    bool await_ready() { return leaf_.look() != Ready::No; }

    template <class P>
    void await_suspend(std::coroutine_handle<P> frame) {
        leaf_.job().park(Frame::from_address(frame.address()), leaf_, Job::Yields::Result);
        leaf_.park();
    }

    auto await_resume() -> Result<decltype(std::declval<L&>().take())> {
        if (leaf_.error().is_error()) {
            return leaf_.error();
        }
        if constexpr (std::is_void_v<decltype(leaf_.take())>) {
            leaf_.take();
            return {};
        } else {
            return leaf_.take();
        }
    }

  private:
    L& leaf_;
};

} // namespace async
