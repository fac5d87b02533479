/// A Job of a scope whose value is awaited.
#pragma once

#include <memory>
#include <utility>

#include "async/begin_job.hpp"
#include "async/leaf_of.hpp"

namespace async {

/// Lives until it has ended and its handle is gone.
template <class T>
class StartedJob final : public Job {
  public:
    explicit StartedJob(Frame root, Executor& executor) { begin_job(*this, root, place_, executor); }

    ~StartedJob() {
        if (has_value_) {
            static_cast<void>(place_.take());
        }
    }

    void release() override {
        has_ended_ = true;
        has_value_ = !place_.error().is_error();
        if (Leaf* const waiter = std::exchange(waiter_, nullptr); waiter != nullptr) {
            wake(waiter->job());
        }
        drop();
    }

    /// The Job or its handle needs it no longer.
    void drop() {
        if (--references_ == 0) {
            std::destroy_at(this);
            FrameSlab::current().release(this, sizeof(StartedJob));
        }
    }

    [[nodiscard]] bool has_ended() const { return has_ended_; }

    [[nodiscard]] Error error() const { return place_.error(); }

    T take() {
        ASSERT(has_value_, "a value was awaited twice");
        has_value_ = false;
        return place_.take();
    }

    void set_waiter(Leaf* waiter) { waiter_ = waiter; }

  private:
    void wake(Job& waiting) {
        if (has_value_) {
            waiting.executor().wake(waiting);
        } else {
            waiting.executor().wake(waiting, place_.error());
        }
    }

    AwaitOf<T> place_{Wants::Result};
    Leaf* waiter_ = nullptr;
    base::u8 references_ = 2;
    bool has_ended_ = false;
    bool has_value_ = false;
};

template <class T>
class StartedLeaf : public LeafOf<StartedLeaf<T>> {
  public:
    explicit StartedLeaf(StartedJob<T>& started) : started_(started) {}

    Ready try_now() {
        if (started_.has_ended() && started_.error().is_error()) {
            return this->fail(started_.error());
        }
        return started_.has_ended() ? Ready::Yes : Ready::No;
    }

    void park() { started_.set_waiter(this); }

    T take() { return started_.take(); }

    void cancel(Error reason) override {
        started_.set_waiter(nullptr);
        this->job().executor().wake(this->job(), reason);
    }

    [[nodiscard]] std::string_view name() const override { return "started Job"; }

  protected:
    ~StartedLeaf() = default;

  private:
    StartedJob<T>& started_;
};

template <class T>
class Started;

/// How Started is awaited: the leaf is made in the awaiting frame.
template <class T, Wants W>
class StartedAwaiter final : public StartedLeaf<T> {
  public:
    StartedAwaiter(Started<T>& started, Job& job) : StartedLeaf<T>(started.job()) { this->set_job(job); }
};

template <class T>
class StartedAwaiter<T, Wants::Result> final : private StartedLeaf<T>, public LeafResult<StartedLeaf<T>> {
  public:
    StartedAwaiter(Started<T>& started, Job& job)
        : StartedLeaf<T>(started.job()), LeafResult<StartedLeaf<T>>(static_cast<StartedLeaf<T>&>(*this)) {
        this->set_job(job);
    }

    using LeafResult<StartedLeaf<T>>::await_ready;
    using LeafResult<StartedLeaf<T>>::await_suspend;
    using LeafResult<StartedLeaf<T>>::await_resume;
};

/// The handle that Scope::start() gives. `co_await handle` yields the value once, by one Job at a time; the Job runs
/// whether anyone awaits it or not, and dropping the handle drops the value. Belongs to the scope's worker.
template <class T>
class [[nodiscard]] Started : public Askable<Started<T>> {
  public:
    static constexpr bool kStays = true;

    explicit Started(StartedJob<T>& job) : job_(&job) {}

    Started(Started&& other) noexcept : job_(std::exchange(other.job_, nullptr)) {}

    Started& operator=(Started&& other) noexcept {
        std::swap(job_, other.job_);
        return *this;
    }

    ~Started() {
        if (job_ != nullptr) {
            job_->drop();
        }
    }

    template <Wants W>
    using Awaiter = StartedAwaiter<T, W>;

    [[nodiscard]] StartedJob<T>& job() const { return *job_; }

  private:
    StartedJob<T>* job_;
};

} // namespace async
