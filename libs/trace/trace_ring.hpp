/// The last records of one processor.
///
///     ring.add({.ticks = now, .kind = …});                     // on its processor
///     const auto piece = ring.read(position, records);         // anywhere
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <span>

#include "abi/debug.hpp"
#include "base/types.hpp"

namespace trace {

/// What read() copied: `count` records, the first of which is the one at `position`.
struct Piece {
    base::u64 position;
    base::usize count;
    base::u64 end; ///< how many there ever were
};

/// One writer, which waits for nobody; any number of readers.
template <base::usize kRecords>
class TraceRing {
  public:
    TraceRing() = default;
    TraceRing(const TraceRing&) = delete;
    TraceRing& operator=(const TraceRing&) = delete;

    void add(const abi::TraceRecord& record) {
        const base::u64 position = end_.load(std::memory_order_relaxed);
        const auto words = std::bit_cast<Words>(record);
        // A reader that sees a word of this record sees that the old one is being written over.
        begun_.store(position + 1, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        Place& place = places_[position % kRecords];
        for (base::usize index = 0; index < words.size(); ++index) {
            place[index].store(words[index], std::memory_order_relaxed);
        }
        end_.store(position + 1, std::memory_order_release);
    }

    /// Copies what was noted from `position` on, or from the oldest record on that is kept, as much as fits. What is
    /// written over meanwhile is left out.
    Piece read(base::u64 position, std::span<abi::TraceRecord> to) const {
        const base::u64 end = end_.load(std::memory_order_acquire);
        const base::u64 first = std::clamp(position, oldest(end), end);
        const base::usize count = std::min<base::u64>(to.size(), end - first);
        for (base::usize index = 0; index < count; ++index) {
            to[index] = record_at(first + index);
        }
        std::atomic_thread_fence(std::memory_order_acquire);
        const base::u64 lost =
            std::min<base::u64>(std::max(oldest(begun_.load(std::memory_order_relaxed)), first) - first, count);
        std::shift_left(to.begin(), to.begin() + static_cast<std::ptrdiff_t>(count), static_cast<std::ptrdiff_t>(lost));
        return {.position = first + lost, .count = count - lost, .end = end};
    }

  private:
    using Words = std::array<base::u64, sizeof(abi::TraceRecord) / sizeof(base::u64)>;
    using Place = std::array<std::atomic<base::u64>, std::tuple_size_v<Words>>;

    static base::u64 oldest(base::u64 end) { return end - std::min<base::u64>(end, kRecords); }

    [[nodiscard]] abi::TraceRecord record_at(base::u64 position) const {
        const Place& place = places_[position % kRecords];
        Words words;
        for (base::usize index = 0; index < words.size(); ++index) {
            words[index] = place[index].load(std::memory_order_relaxed);
        }
        return std::bit_cast<abi::TraceRecord>(words);
    }

    std::atomic<base::u64> begun_{0}; ///< how many were begun
    std::atomic<base::u64> end_{0};   ///< how many are complete
    std::array<Place, kRecords> places_{};
};

} // namespace trace
