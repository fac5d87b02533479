/// Frames that one processor keeps, so that it needs no lock for most of what it does.
#pragma once

#include <array>
#include <atomic>

#include "libs/frame/record_table.hpp"

namespace frame {

/// Single frames of the processor's own node, last in, first out: the next one handed out is the one whose lines are
/// still in the processor's caches. Only its processor uses it, never in two contexts at once; others may read counts.
///
///     if (Record* frame = cache.take()) { … }    // else: refill it
class alignas(64) CpuCache {
  public:
    static constexpr base::u64 kFrames = 48;
    static constexpr base::u64 kZeroed = 16;
    /// How many come and go at once.
    static constexpr base::u64 kBatch = 24;
    static constexpr base::u64 kZeroedBatch = 8;

    /// Of a processor near `node`.
    constexpr explicit CpuCache(base::u8 node) : node_(node) {}

    CpuCache(const CpuCache&) = delete;
    CpuCache& operator=(const CpuCache&) = delete;

    [[nodiscard]] base::u8 node() const { return node_; }

    /// Whether take() has none.
    [[nodiscard]] bool is_empty() const { return ready_.count() == 0; }

    /// Whether give() has no room.
    [[nodiscard]] bool is_full() const { return ready_.count() == kFrames; }

    /// Frames it holds.
    [[nodiscard]] base::u64 held() const { return ready_.count() + zeroed_.count(); }

    /// Frames of the own node handed out from here.
    [[nodiscard]] base::u64 local() const { return local_.load(std::memory_order_relaxed); }

    /// A frame, contents undefined, as Used. Null: there is none.
    [[gnu::always_inline]] Record* take() { return hand_out(ready_.pop()); }

    /// A frame of zeros, as Used. Null: there is none.
    Record* take_zeroed() { return hand_out(zeroed_.pop()); }

    /// Takes back a single used frame, held once, of the own node. False: it is full or the frame is not such a one,
    /// and nothing changed.
    [[nodiscard, gnu::always_inline]] bool give(Record& record) {
        const base::u64 count = ready_.count();
        if (record.node() != node_ || count >= kFrames || !record.change_single(Kind::Used, Kind::Cached))
            [[unlikely]] {
            return false;
        }
        record.set_owner(0);
        record.set_temperature(0);
        record.end_generation();
        ready_.push_at(count, record);
        return true;
    }

    // With its depot, a batch at a time.
    void put_frame(Record& frame) { ready_.push_at(ready_.count(), frame); }

    void put_zeroed(Record& frame) { zeroed_.push_at(zeroed_.count(), frame); }

    /// Takes the coldest frames, at most `count`, out of it and calls visit(record) for each.
    template <class Visit>
    void take_coldest(base::u64 count, Visit visit) {
        ready_.take_oldest(count, visit);
    }

    template <class Visit>
    void take_all_zeroed(Visit visit) {
        zeroed_.take_oldest(kZeroed, visit);
    }

  private:
    template <base::u64 kSize>
    class Stack {
      public:
        [[nodiscard]] base::u64 count() const { return count_.load(std::memory_order_relaxed); }

        /// `count` is count().
        void push_at(base::u64 count, Record& frame) {
            frames_[count] = &frame; // bounds are checked by the library
            set_count(count + 1);
        }

        /// Null: there is none.
        Record* pop() {
            const base::u64 last = count() - 1;
            if (last >= kSize) {
                return nullptr;
            }
            set_count(last);
            return frames_[last];
        }

        template <class Visit>
        void take_oldest(base::u64 limit, Visit visit) {
            const base::u64 before = count();
            const base::u64 taken = limit < before ? limit : before;
            for (base::u64 i = 0; i < taken; ++i) {
                visit(*frames_[i]);
            }
            for (base::u64 i = taken; i < before; ++i) {
                frames_[i - taken] = frames_[i];
            }
            set_count(before - taken);
        }

      private:
        /// Others only count: a store is enough.
        void set_count(base::u64 count) { count_.store(count, std::memory_order_relaxed); }

        std::array<Record*, kSize> frames_{};
        std::atomic<base::u64> count_{0};
    };

    [[gnu::always_inline]] Record* hand_out(Record* frame) {
        if (frame != nullptr) [[likely]] {
            ASSERT(frame->change_single(Kind::Cached, Kind::Used), "the record of a cached frame is damaged");
            local_.store(local_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        }
        return frame;
    }

    Stack<kFrames> ready_;
    Stack<kZeroed> zeroed_;
    std::atomic<base::u64> local_{0};
    base::u8 node_;
};

} // namespace frame
