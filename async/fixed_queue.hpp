/// Values in the order in which they came, in storage of a fixed size.
#pragma once

#include <array>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace async {

/// Up to `N` values of a movable `T`, which need not be made without one.
template <class T, base::usize N>
class FixedQueue {
    static_assert(N > 0);

  public:
    /// False, and `value` is untouched, if it is full.
    [[nodiscard]] bool push(T& value) {
        if (count_ == N) {
            return false;
        }
        slots_[(first_ + count_) % N].emplace(std::move(value));
        ++count_;
        return true;
    }

    /// There must be one.
    T pop() {
        std::optional<T>& slot = slots_[first_];
        ASSERT(slot.has_value(), "nothing is in the queue");
        T value(std::move(*slot));
        slot.reset();
        first_ = (first_ + 1) % N;
        --count_;
        return value;
    }

    [[nodiscard]] bool is_empty() const { return count_ == 0; }

    [[nodiscard]] base::usize count() const { return count_; }

  private:
    std::array<std::optional<T>, N> slots_{};
    base::usize first_ = 0;
    base::usize count_ = 0;
};

} // namespace async
