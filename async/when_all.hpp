/// Several tasks at once.
///
///     auto [left, right] = co_await async::when_all(sort(a), sort(b));
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "async/embedded_job.hpp"
#include "async/nursery_awaiter.hpp"
#include "async/task.hpp"

namespace async {

/// What a task that returns nothing counts for in a tuple or variant.
template <class T>
using ValueOf = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// Tasks, each with a Job, in the frame of who awaits them all.
template <class... T>
class Members {
  public:
    explicit Members(Task<T>... tasks) : tasks_(std::move(tasks)...) {}

    /// Whether each task has a frame.
    [[nodiscard]] bool are_whole() const {
        return std::apply([](const Task<T>&... each) { return (static_cast<bool>(each) && ...); }, tasks_);
    }

    /// Adds all Jobs; the first one's frame is to be resumed by the caller.
    Frame begin(Nursery& nursery, const Job& parent) { return begin(nursery, parent, std::index_sequence_for<T...>()); }

    template <base::usize I>
    auto take() -> ValueOf<std::tuple_element_t<I, std::tuple<T...>>> {
        if constexpr (std::is_void_v<std::tuple_element_t<I, std::tuple<T...>>>) {
            std::get<I>(jobs_).take();
            return {};
        } else {
            return std::get<I>(jobs_).take();
        }
    }

    template <base::usize I>
    [[nodiscard]] bool is(const Job& job) const {
        return &std::get<I>(jobs_) == &job;
    }

  private:
    template <base::usize... I>
    Frame begin(Nursery& nursery, const Job& parent, std::index_sequence<I...>) {
        const Frame first = std::get<0>(jobs_).begin(std::get<0>(tasks_), nursery, parent);
        ((I == 0 ? void() : std::get<I>(jobs_).add(std::get<I>(tasks_), nursery, parent)), ...);
        return first;
    }

    std::tuple<Task<T>...> tasks_;
    std::tuple<EmbeddedJob<T>...> jobs_;
};

/// See when_all().
template <class... T>
class WhenAll final : public CallOf<WhenAll<T...>> {
  public:
    using value_type = std::tuple<ValueOf<T>...>;

    explicit WhenAll(Task<T>... tasks) : members_(std::move(tasks)...) {}

    Frame begin() {
        if (!members_.are_whole()) {
            return this->no_frame(abi::Error::NoMemory);
        }
        return members_.begin(*this, this->job());
    }

    value_type take() { return take(std::index_sequence_for<T...>()); }

    [[nodiscard]] std::string_view name() const override { return "when_all"; }

  private:
    template <base::usize... I>
    value_type take(std::index_sequence<I...>) {
        return {members_.template take<I>()...};
    }

    void on_end(Job& job, Error error) override { this->keep_first(job, error); }

    Members<T...> members_;
};

/// To be awaited: a tuple of all values, std::monostate for none. The first error cancels the others and is the result.
template <class... T>
    requires(sizeof...(T) > 0)
[[nodiscard]] WhenAll<T...> when_all(Task<T>... tasks) {
    return WhenAll<T...>(std::move(tasks)...);
}

} // namespace async
