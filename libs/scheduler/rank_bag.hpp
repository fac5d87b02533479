/// Ranks, any of them any number of times, and which is the highest.
#pragma once

#include <array>
#include <bit>

#include "base/assert.hpp"
#include "libs/scheduler/rank.hpp"

namespace scheduler {

/// A bit for each rank that is in it, and how often: all is constant time. A ring has one for those who wait for its
/// answers. At most 65,535 of a rank.
class RankBag {
  public:
    void add(Rank rank) {
        ++counts_.at(rank.value());
        word_of(rank) |= bit_of(rank);
    }

    void remove(Rank rank) {
        ASSERT(counts_.at(rank.value()) != 0, "a rank was taken out that is not in");
        if (--counts_.at(rank.value()) == 0) {
            word_of(rank) &= ~bit_of(rank);
        }
    }

    /// Rank{} if it is empty.
    [[nodiscard]] Rank highest() const {
        const base::usize word = present_[1] != 0 ? 1 : 0;
        const auto bits = static_cast<base::usize>(std::bit_width(present_[word]));
        return Rank{static_cast<base::u8>(bits == 0 ? 0 : word * kWordBits + bits - 1)};
    }

    [[nodiscard]] bool is_empty() const { return (present_[0] | present_[1]) == 0; }

  private:
    static constexpr base::usize kWordBits = 64;

    static base::u64 bit_of(Rank rank) { return base::u64{1} << (rank.value() % kWordBits); }

    base::u64& word_of(Rank rank) { return present_.at(rank.value() / kWordBits); }

    std::array<base::u64, 2> present_{};
    std::array<base::u16, Rank::kCount> counts_{};
};

} // namespace scheduler
