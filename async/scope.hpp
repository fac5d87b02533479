/// Structured concurrency: what is spawned has ended when the scope has.
///
///     const u64 total = co_await async::scope([](Scope scope, Directory directory) -> Task<u64> {
///         auto a = co_await scope.start(count(directory, "a"));      // NoMemory arrives here
///         auto b = co_await scope.start(count(directory, "b"));
///         co_return co_await a + co_await b;                         // one error cancels the other, both end, it
///         leaves
///     }, std::move(directory));
///
/// The body captures nothing: what it needs are arguments, which become part of its frame.
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>

#include "async/embedded_job.hpp"
#include "async/nursery_awaiter.hpp"
#include "async/spawned_job.hpp"
#include "async/started.hpp"
#include "async/task.hpp"

namespace async {

/// A way into the scope of a body, which it may pass on to what it spawns. Not longer than the scope lives.
class Scope {
  public:
    explicit Scope(Nursery& nursery) : nursery_(&nursery) {}

    /// `task` runs when its turn comes: normal, whatever the body is, unless it is said. NoMemory if there is no room
    /// for its Job or frame.
    [[gnu::always_inline]] Result<void> spawn(Task<void> task, Priority priority = Priority::Normal) {
        if (add_job<SpawnedJob>(task, priority) == nullptr) [[unlikely]] {
            return abi::Error::NoMemory;
        }
        return {};
    }

    /// The same, with a handle by which to await the value.
    template <class T>
    Result<Started<T>> start(Task<T> task, Priority priority = Priority::Normal) {
        StartedJob<T>* const job = add_job<StartedJob<T>>(task, priority);
        return job == nullptr ? Result<Started<T>>(abi::Error::NoMemory) : Started<T>(*job);
    }

    /// Sets the latch of all Jobs of the scope, the body among them.
    void cancel() { nursery_->cancel_jobs(abi::Error::Cancelled); }

  private:
    /// Null if there is no room.
    template <class J, class T>
    [[gnu::always_inline]] J* add_job(Task<T>& task, Priority priority) {
        void* const memory = task ? FrameSlab::current().allocate(sizeof(J)) : nullptr;
        if (memory == nullptr) [[unlikely]] {
            return nullptr;
        }
        J* const job = std::construct_at(static_cast<J*>(memory), task.release(), nursery_->job().executor());
        if (priority != Priority::Normal) {
            job->set_priority(priority);
        }
        nursery_->add(*job);
        return job;
    }

    Nursery* nursery_;
};

/// Hands the errors of Jobs to `function(Error)`, and they cancel nobody; an error of the body cancels all as ever.
template <class F>
struct Collect {
    F function;
};

/// What an error means for the siblings: the first cancels them, and is the result.
struct FailFast {};

/// See scope().
template <class Policy, class F, class... Arguments>
class ScopeCall final : public CallOf<ScopeCall<Policy, F, Arguments...>> {
  public:
    using value_type = typename std::invoke_result_t<F, Scope, Arguments...>::value_type;

    ScopeCall(Policy policy, F body, Arguments... arguments)
        : policy_(std::move(policy)), body_(std::move(body)), arguments_(std::move(arguments)...) {}

    Frame begin() {
        auto task = std::apply([&](Arguments&... each) { return body_(Scope(*this), std::move(each)...); }, arguments_);
        if (!task) {
            return this->no_frame(abi::Error::NoMemory);
        }
        return job_.begin(task, *this, this->job());
    }

    value_type take() { return job_.take(); }

    [[nodiscard]] std::string_view name() const override { return "scope"; }

  private:
    void on_end(Job& job, Error error) override {
        if constexpr (!std::same_as<Policy, FailFast>) {
            if (&job != &job_) {
                report(job, error);
                return;
            }
        } else if (&job != &job_ && error == job.latch()) {
            // It was told to end, and did.
            return;
        }
        this->keep_first(job, error);
    }

    void report(const Job& job, Error error) {
        if (error.is_error() && error != job.latch()) {
            policy_.function(error);
        }
    }

    [[no_unique_address]] Policy policy_;
    [[no_unique_address]] F body_;
    std::tuple<Arguments...> arguments_;
    EmbeddedJob<value_type> job_;
};

/// To be awaited: runs body(scope, arguments...), and ends with its value when it and all Jobs of the scope have ended.
/// The first error of any of them cancels the others and is the result.
template <class F, class... Arguments>
    requires std::invocable<F, Scope, std::decay_t<Arguments>...>
[[nodiscard]] auto scope(F body, Arguments&&... arguments) {
    static_assert(std::is_empty_v<F> || std::is_pointer_v<F>, "a body captures nothing: pass it arguments");
    return ScopeCall<FailFast, F, std::decay_t<Arguments>...>(FailFast{}, std::move(body),
                                                              std::forward<Arguments>(arguments)...);
}

/// The same, but errors of Jobs are handed to a function.
template <class C, class F, class... Arguments>
[[nodiscard]] auto scope(Collect<C> collect, F body, Arguments&&... arguments) {
    static_assert(std::is_empty_v<F> || std::is_pointer_v<F>, "a body captures nothing: pass it arguments");
    return ScopeCall<Collect<C>, F, std::decay_t<Arguments>...>(std::move(collect), std::move(body),
                                                                std::forward<Arguments>(arguments)...);
}

} // namespace async
