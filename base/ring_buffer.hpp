/// A queue between two threads, without locks: one only adds, the other only takes.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <concepts>
#include <optional>
#include <utility>

#include "base/types.hpp"

namespace base {

/// Holds up to `N` items, a power of two. push() belongs to one thread, pop() to another; both return at once.
template <class T, usize N>
    requires std::default_initializable<T> && std::movable<T>
class RingBuffer {
    static_assert(std::has_single_bit(N));

  public:
    RingBuffer() = default;
    RingBuffer(const RingBuffer&) = delete;
    RingBuffer& operator=(const RingBuffer&) = delete;

    /// Adds an item. False, and `item` is untouched, if the ring is full.
    [[nodiscard]] bool push(T&& item) {
        const u64 end = end_.load(std::memory_order_relaxed); // only this thread writes it
        // Acquire: the consumer has moved the old item out of the slot before it is filled again.
        if (end - begin_.load(std::memory_order_acquire) == N) {
            return false;
        }
        slots_[index(end)] = std::move(item);
        // Release: the item is in its slot before the consumer sees that there is one.
        end_.store(end + 1, std::memory_order_release);
        return true;
    }

    [[nodiscard]] bool push(const T& item) { return push(T(item)); }

    /// Takes the oldest item. Nothing if the ring is empty.
    [[nodiscard]] std::optional<T> pop() {
        const u64 begin = begin_.load(std::memory_order_relaxed); // only this thread writes it
        // Acquire: pairs with push(), so that the item is seen whole.
        if (begin == end_.load(std::memory_order_acquire)) {
            return std::nullopt;
        }
        std::optional<T> item(std::move(slots_[index(begin)]));
        // Release: the item is out of its slot before the producer may fill it again.
        begin_.store(begin + 1, std::memory_order_release);
        return item;
    }

    /// How many items there are; for the other thread's side, how many there were a moment ago.
    [[nodiscard]] usize count() const {
        // begin_ first: it never passes end_, so the difference cannot be negative; a pop in between can make it exceed
        // N.
        const u64 begin = begin_.load(std::memory_order_acquire);
        return std::min<usize>(end_.load(std::memory_order_acquire) - begin, N);
    }

    [[nodiscard]] bool empty() const { return count() == 0; }

  private:
    static constexpr usize kCacheLineBytes = 64;

    [[nodiscard]] static usize index(u64 position) { return position & (N - 1); }

    // On lines of their own, so that the two threads do not take each other's away.
    alignas(kCacheLineBytes) std::atomic<u64> begin_{0}; ///< of the oldest item; free-running; the consumer's
    alignas(kCacheLineBytes) std::atomic<u64> end_{0};   ///< behind the newest item; free-running; the producer's
    alignas(kCacheLineBytes) std::array<T, N> slots_{};
};

} // namespace base
