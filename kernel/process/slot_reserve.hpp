/// Room in a capability table that is kept for messages.
#pragma once

#include <array>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace kernel::process {

/// Places that were reserved in the table of a ring's process.
class SlotReserve {
  public:
    /// As many as a message can bring.
    static constexpr base::usize kPlaces = 4;

    [[nodiscard]] bool covers(base::usize slots) const { return slots <= count_; }

    [[nodiscard]] bool is_full() const { return count_ == kPlaces; }

    /// It was filled once, and is not full any more.
    [[nodiscard]] bool lacks() const { return is_kept_ && !is_full(); }

    void add(base::u32 place) {
        ASSERT(!is_full(), "a reserve has more than it needs");
        is_kept_ = true;
        places_.at(count_++) = place;
    }

    /// It covers one.
    base::u32 take() {
        ASSERT(count_ != 0, "a reserve is empty");
        return places_.at(--count_);
    }

  private:
    std::array<base::u32, kPlaces> places_{};
    base::usize count_ = 0;
    bool is_kept_ = false;
};

} // namespace kernel::process
