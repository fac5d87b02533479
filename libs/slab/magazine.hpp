/// Free objects that one processor has at hand.
#pragma once

#include <cstddef>
#include <span>

#include "base/types.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: count is at most kRounds, and only these functions change it.

namespace slab {

/// A stack. `limit` is kRounds, or 0 for one that stays empty.
class Magazine {
  public:
    static constexpr base::u32 kRounds = 15;

    /// An object, or null.
    std::byte* pop() {
        if (count_ == 0) [[unlikely]] {
            return nullptr;
        }
        return rounds_[--count_];
    }

    /// False if it is full.
    bool push(std::byte* object) {
        if (count_ >= limit_) [[unlikely]] {
            return false;
        }
        rounds_[count_++] = object;
        return true;
    }

    [[nodiscard]] std::span<std::byte* const> all() const { return {rounds_, count_}; }

    /// To be filled from the front.
    [[nodiscard]] std::span<std::byte*> room() { return {rounds_, kRounds}; }

    void set_count(base::usize count) { count_ = static_cast<base::u32>(count); }

    void set_limit(base::u32 limit) { limit_ = limit; }

    [[nodiscard]] base::u32 limit() const { return limit_; }

  private:
    base::u32 count_ = 0;
    base::u32 limit_ = kRounds;
    std::byte* rounds_[kRounds] = {};
};

/// What each processor has: two, so that going back and forth at an end does not go to the depot each time.
/// [bonwick-2001] Magazines and Vmem.
struct alignas(256) Magazines {
    Magazine loaded;
    Magazine previous;
};

static_assert(sizeof(Magazines) == 256);

} // namespace slab

#pragma clang unsafe_buffer_usage end
