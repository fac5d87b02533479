/// Sets of processors that all of them change.
#pragma once

#include <array>
#include <atomic>

#include "base/assert.hpp"
#include "base/types.hpp"
#include "libs/cpu_set/cpu_set.hpp"

namespace cpu_set {

/// A CpuSet for concurrent use. Members come and go one by one; the whole is read word by word, so a copy may hold one
/// change and lack an older one of another processor.
class AtomicCpuSet {
  public:
    constexpr AtomicCpuSet() = default;
    AtomicCpuSet(const AtomicCpuSet&) = delete;
    AtomicCpuSet& operator=(const AtomicCpuSet&) = delete;

    /// Where one processor's bit is: for who adds and removes the same one again and again.
    struct Place {
        base::usize word;
        base::u64 bit;
    };

    static constexpr Place place_of(base::u32 cpu) {
        ASSERT(cpu < kMaximumCpus);
        return {cpu / CpuSet::kBits, CpuSet::bit_of(cpu)};
    }

    void add(const Place& place, std::memory_order order) { words_[place.word].fetch_or(place.bit, order); }

    void remove(const Place& place, std::memory_order order) { words_[place.word].fetch_and(~place.bit, order); }

    void add(base::u32 cpu, std::memory_order order) { word_of(cpu).fetch_or(CpuSet::bit_of(cpu), order); }

    void remove(base::u32 cpu, std::memory_order order) { word_of(cpu).fetch_and(~CpuSet::bit_of(cpu), order); }

    /// Takes `cpu` out. Whether it was in.
    [[nodiscard]] bool take(base::u32 cpu, std::memory_order order) {
        return (word_of(cpu).fetch_and(~CpuSet::bit_of(cpu), order) & CpuSet::bit_of(cpu)) != 0;
    }

    [[nodiscard]] bool contains(base::u32 cpu, std::memory_order order) const {
        return (words_[cpu / CpuSet::kBits].load(order) & CpuSet::bit_of(cpu)) != 0;
    }

    /// Whether nobody but `cpu`, or nobody at all, is in it.
    [[nodiscard]] bool has_none_but(base::u32 cpu, std::memory_order order) const {
        base::u64 others = 0;
        for (base::usize i = 0; i < words_.size(); ++i) {
            others |= words_[i].load(order) & ~(i == cpu / CpuSet::kBits ? CpuSet::bit_of(cpu) : 0);
        }
        return others == 0;
    }

    [[nodiscard]] CpuSet load(std::memory_order order) const {
        CpuSet set;
        for (base::usize i = 0; i < words_.size(); ++i) {
            set.words_[i] = words_[i].load(order);
        }
        return set;
    }

    /// Makes it hold what `set` holds. Not while others change it.
    void store(const CpuSet& set, std::memory_order order) {
        for (base::usize i = 0; i < words_.size(); ++i) {
            words_[i].store(set.words_[i], order);
        }
    }

    /// Takes all members out and returns them. A word that holds none is only read.
    CpuSet take_all(std::memory_order order) {
        CpuSet set;
        for (base::usize i = 0; i < words_.size(); ++i) {
            set.words_[i] = words_[i].load(std::memory_order_relaxed) != 0 ? words_[i].exchange(0, order) : 0;
        }
        return set;
    }

  private:
    std::atomic<base::u64>& word_of(base::u32 cpu) {
        ASSERT(cpu < kMaximumCpus);
        return words_[cpu / CpuSet::kBits];
    }

    std::array<std::atomic<base::u64>, kMaximumCpus / CpuSet::kBits> words_{};
};

} // namespace cpu_set
