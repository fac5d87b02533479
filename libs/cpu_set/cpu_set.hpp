/// Sets of processors.
#pragma once

#include <array>
#include <bit>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace cpu_set {

/// The most processors there can be: what a set holds, not what tables are sized by.
inline constexpr base::u32 kMaximumCpus = 512;

/// Indices 0 to kMaximumCpus - 1. Not safe for concurrent use.
class CpuSet {
  public:
    /// All that there can be.
    static constexpr CpuSet all() {
        CpuSet set;
        set.words_.fill(~base::u64{0});
        return set;
    }

    using Words = std::array<base::u64, kMaximumCpus / 64>;

    /// Bit n % 64 of word n / 64 stands for n.
    static constexpr CpuSet of_words(const Words& words) {
        CpuSet set;
        set.words_ = words;
        return set;
    }

    [[nodiscard]] constexpr const Words& words() const { return words_; }

    constexpr void add(base::u32 cpu) { word_of(cpu) |= bit_of(cpu); }

    constexpr void remove(base::u32 cpu) { word_of(cpu) &= ~bit_of(cpu); }

    [[nodiscard]] constexpr bool contains(base::u32 cpu) const {
        return cpu < kMaximumCpus && (words_.at(cpu / kBits) & bit_of(cpu)) != 0;
    }

    [[nodiscard]] constexpr base::u32 count() const {
        base::u32 result = 0;
        for (const base::u64 word : words_) {
            result += static_cast<base::u32>(std::popcount(word));
        }
        return result;
    }

    [[nodiscard]] constexpr bool is_empty() const {
        base::u64 members = 0;
        for (const base::u64 word : words_) {
            members |= word;
        }
        return members == 0;
    }

    /// Calls visit(cpu) for each member, in ascending order.
    template <class Visit>
    constexpr void for_each(Visit visit) const {
        for (base::u32 first = 0; first < kMaximumCpus; first += kBits) {
            for (base::u64 rest = words_.at(first / kBits); rest != 0; rest &= rest - 1) {
                visit(first + static_cast<base::u32>(std::countr_zero(rest)));
            }
        }
    }

    /// Those of both.
    friend constexpr CpuSet operator&(const CpuSet& a, const CpuSet& b) {
        CpuSet result;
        for (base::usize i = 0; i < result.words_.size(); ++i) {
            result.words_.at(i) = a.words_.at(i) & b.words_.at(i);
        }
        return result;
    }

    /// Those of either.
    friend constexpr CpuSet operator|(const CpuSet& a, const CpuSet& b) {
        CpuSet result;
        for (base::usize i = 0; i < result.words_.size(); ++i) {
            result.words_.at(i) = a.words_.at(i) | b.words_.at(i);
        }
        return result;
    }

    /// Those of `a` that are not in `b`.
    friend constexpr CpuSet operator-(const CpuSet& a, const CpuSet& b) {
        CpuSet result;
        for (base::usize i = 0; i < result.words_.size(); ++i) {
            result.words_.at(i) = a.words_.at(i) & ~b.words_.at(i);
        }
        return result;
    }

    friend constexpr bool operator==(const CpuSet&, const CpuSet&) = default;

  private:
    friend class AtomicCpuSet;

    static constexpr base::u32 kBits = 64;

    static constexpr base::u64 bit_of(base::u32 cpu) { return 1ULL << (cpu % kBits); }

    constexpr base::u64& word_of(base::u32 cpu) {
        ASSERT(cpu < kMaximumCpus);
        return words_.at(cpu / kBits);
    }

    Words words_{};
};

} // namespace cpu_set
