/// Who comes before whom: classes and priorities on one scale.
#pragma once

#include <compare>

#include "libs/scheduler/parameters.hpp"

namespace scheduler {

/// From 0, idle, over 1, batch, and 2, interactive, to 3 to 101: real time with priority 1 to 99.
class Rank {
  public:
    static constexpr base::usize kCount = 3 + kHighestPriority;

    constexpr Rank() = default;

    constexpr explicit Rank(base::u8 value) : value_(value) {}

    static constexpr Rank of_priority(base::u8 priority) { return Rank{static_cast<base::u8>(2 + priority)}; }

    /// Of parameters that check() finds good.
    static constexpr Rank of(const Parameters& parameters) {
        return scheduler::is_real_time(parameters.of) ? of_priority(parameters.priority)
                                                      : Rank{static_cast<base::u8>(parameters.of)};
    }

    [[nodiscard]] constexpr base::u8 value() const { return value_; }

    [[nodiscard]] constexpr bool is_real_time() const { return value_ > static_cast<base::u8>(Class::Interactive); }

    /// 0 if it is not of real time.
    [[nodiscard]] constexpr base::u8 priority() const {
        return is_real_time() ? static_cast<base::u8>(value_ - 2) : base::u8{0};
    }

    friend constexpr auto operator<=>(Rank, Rank) = default;

  private:
    base::u8 value_ = 0;
};

} // namespace scheduler
