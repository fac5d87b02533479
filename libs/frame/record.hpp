/// What is known of each page frame: 32 bytes, 0.78 % of the memory they describe.
#pragma once

#include <atomic>

#include "base/types.hpp"
#include "base/units.hpp"

namespace frame {

/// Number of a frame: its physical address divided by 4 KiB. 0 names none: the first frame is never handed out.
using Number = base::u64;

inline constexpr Number kNone = 0;

/// A block of order n is 2^n frames, aligned to its size: order 0 is 4 KiB, 9 is 2 MiB, 18 is 1 GiB.
inline constexpr unsigned kLargestOrder = 18;
inline constexpr unsigned kOrders = kLargestOrder + 1;

constexpr base::u64 frames_in(unsigned order) { return 1ULL << order; }

constexpr base::PhysicalAddress address_of_frame(Number frame) {
    return base::PhysicalAddress{frame * base::kPageSize};
}

constexpr Number frame_at(base::PhysicalAddress address) { return address.value() / base::kPageSize; }

enum class Kind : base::u8 {
    None,      ///< inside a block that another record describes, or never touched
    Free,      ///< in a list of its depot
    Zeroed,    ///< in the depot's pool of zeros
    Cached,    ///< in the cache of a processor
    Used,      ///< handed out
    Metadata,  ///< holds records and the tables that lead to them
    Withdrawn, ///< free, but its range goes offline
};

/// What the first frame of a block says of the block. One word, so that others may look while its owner changes it.
class State {
  public:
    constexpr State() = default;

    constexpr explicit State(base::u32 word) : word_(word) {}

    constexpr State(Kind kind, unsigned order, base::u16 range)
        : word_(static_cast<base::u32>(kind) | order << kOrderShift | base::u32{range} << kRangeShift) {}

    [[nodiscard]] constexpr base::u32 word() const { return word_; }

    [[nodiscard]] constexpr Kind kind() const { return static_cast<Kind>(word_ & 0xff); }

    [[nodiscard]] constexpr unsigned order() const { return word_ >> kOrderShift & 0xff; }

    /// The slot of the range that the block lies in.
    [[nodiscard]] constexpr base::u16 range() const { return static_cast<base::u16>(word_ >> kRangeShift); }

    /// Whether it is one frame of this kind.
    [[nodiscard]] constexpr bool is_single(Kind kind) const { return (word_ & 0xffff) == static_cast<base::u32>(kind); }

    [[nodiscard]] constexpr State with_kind(Kind kind) const {
        return State{(word_ & ~0xffU) | static_cast<base::u32>(kind)};
    }

    friend constexpr bool operator==(State, State) = default;

    static constexpr unsigned kOrderShift = 8;
    static constexpr unsigned kRangeShift = 16;

  private:
    base::u32 word_ = 0;
};

/// The record of one frame; only the first frame of a block has one that means something. All zeros is a frame that
/// was never touched. Who may write: of a block in a depot, the holder of the depot's lock; of any other, its owner.
class Record {
  public:
    [[nodiscard]] State state() const { return State{static_cast<base::u32>(head())}; }

    void set_state(State state) { set_head(state, references()); }

    /// How many hold the block. 1 when it is handed out.
    [[nodiscard]] base::u32 references() const { return static_cast<base::u32>(head() >> kReferencesShift); }

    void set_references(base::u32 count) { set_head(state(), count); }

    void set_head(State state, base::u32 references) {
        head_.store(state.word() | base::u64{references} << kReferencesShift, std::memory_order_relaxed);
    }

    /// Makes a single frame that is of kind `from` and held once one of kind `to`. False: it is no such frame.
    [[nodiscard, gnu::always_inline]] bool change_single(Kind from, Kind to) {
        constexpr base::u64 kMask = ~(base::u64{0xffff} << State::kRangeShift);
        const base::u64 head = this->head();
        if ((head & kMask) != (static_cast<base::u64>(from) | kOneReference)) {
            return false;
        }
        head_.store(head ^ (static_cast<base::u64>(from) ^ static_cast<base::u64>(to)), std::memory_order_relaxed);
        return true;
    }

    /// Who shares is a holder: nothing has to be seen in any order.
    void add_reference() { head_.fetch_add(kOneReference, std::memory_order_relaxed); }

    /// How many held the block before. Whoever was the last sees what all others wrote.
    base::u32 drop_reference() {
        return static_cast<base::u32>(head_.fetch_sub(kOneReference, std::memory_order_acq_rel) >> kReferencesShift);
    }

    /// Whom a used block is charged to: whatever its owner noted.
    [[nodiscard]] base::u64 owner() const { return next_or_owner_; }

    void set_owner(base::u64 owner) { next_or_owner_ = owner; }

    /// How often the frame was given back: tells a frame from the same frame later.
    [[nodiscard]] base::u32 generation() const { return generation_.load(std::memory_order_relaxed); }

    void end_generation() { generation_.store(generation() + 1, std::memory_order_relaxed); }

    /// 0 is cold; whoever ages memory decides what the steps mean.
    [[nodiscard]] base::u8 temperature() const { return temperature_.load(std::memory_order_relaxed); }

    void set_temperature(base::u8 temperature) { temperature_.store(temperature, std::memory_order_relaxed); }

    /// The node of the block's memory.
    [[nodiscard]] base::u8 node() const { return node_; }

    void set_node(base::u8 node) { node_ = node; }

    // Links of the list that a free block is in.
    [[nodiscard]] Number next() const { return next_or_owner_; }

    void set_next(Number next) { next_or_owner_ = next; }

    [[nodiscard]] Number previous() const { return previous_; }

    void set_previous(Number previous) { previous_ = previous; }

  private:
    static constexpr unsigned kReferencesShift = 32;
    static constexpr base::u64 kOneReference = 1ULL << kReferencesShift;

    [[nodiscard]] base::u64 head() const { return head_.load(std::memory_order_relaxed); }

    std::atomic<base::u64> head_{0}; ///< state, and above it references: one look tells a frame that is simply used
    base::u64 next_or_owner_ = 0;
    Number previous_ = kNone;
    std::atomic<base::u32> generation_{0};
    std::atomic<base::u8> temperature_{0};
    base::u8 node_ = 0;
};

static_assert(sizeof(Record) == 32);

inline constexpr base::u64 kRecordsPerPage = base::kPageSize / sizeof(Record);

} // namespace frame
