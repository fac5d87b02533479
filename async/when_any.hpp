/// The first of several tasks.
///
///     auto first = co_await async::when_any(ask(near), ask(far));     // a variant: first.index() says which
#pragma once

#include "async/when_all.hpp"

namespace async {

/// See when_any().
template <class... T>
class WhenAny final : public CallOf<WhenAny<T...>> {
  public:
    using value_type = std::variant<ValueOf<T>...>;

    explicit WhenAny(Task<T>... tasks) : CallOf<WhenAny>(Nursery::Hears::All), members_(std::move(tasks)...) {}

    Frame begin() {
        if (!members_.are_whole()) {
            return this->no_frame(abi::Error::NoMemory);
        }
        return members_.begin(*this, this->job());
    }

    value_type take() { return take<0>(); }

    [[nodiscard]] std::string_view name() const override { return "when_any"; }

  private:
    template <base::usize I>
    value_type take() {
        if constexpr (I + 1 < sizeof...(T)) {
            if (!members_.template is<I>(*winner_)) {
                return take<I + 1>();
            }
        }
        return value_type(std::in_place_index<I>, members_.template take<I>());
    }

    void on_end(Job& job, Error error) override {
        if (winner_ == nullptr) {
            winner_ = &job;
            error_ = error;
            this->cancel_jobs(abi::Error::Cancelled);
        }
    }

    Error outcome() override { return error_; }

    Members<T...> members_;
    const Job* winner_ = nullptr;
    Error error_;
};

/// To be awaited: the value, or the error, of the task that ends first. The others are cancelled, and have ended too.
template <class... T>
    requires(sizeof...(T) > 0)
[[nodiscard]] WhenAny<T...> when_any(Task<T>... tasks) {
    return WhenAny<T...>(std::move(tasks)...);
}

} // namespace async
