/// The capabilities of one process.
///
///     Table<PageSource> table(pages, start_generation);
///     const u32 place = TRY(table.reserve());                       // may fail
///     const Handle handle = table.install(place, contents, parent); // cannot
///     Slot* slot = table.find(handle);                              // null: BadHandle
#pragma once

#include <array>
#include <atomic>
#include <concepts>

#include "abi/handle.hpp"
#include "base/assert.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "libs/capability/slot.hpp"
#include "libs/capability/target.hpp"

namespace capability {

/// Slots that fill a page.
inline constexpr base::usize kPageSlots = 64;
/// Pages of slots that a page of a directory leads to.
inline constexpr base::usize kDirectoryPages = 512;

using SlotPage = std::array<Slot, kPageSlots>;
using Directory = std::array<std::atomic<SlotPage*>, kDirectoryPages>;

/// Where a table's memory comes from, charged to the process; one page each, constructed.
template <class M>
concept TableMemory = requires(M& memory, SlotPage& page, Directory& directory) {
    { memory.allocate_slots() } -> std::same_as<base::Result<SlotPage*>>;
    { memory.allocate_directory() } -> std::same_as<base::Result<Directory*>>;
    { memory.release_slots(page) };
    { memory.release_directory(directory) };
};

/// Slots that were given up, oldest first; the links are in the slots.
struct GivenUp {
    base::u32 first = 0;
    base::u32 last = 0;
    base::u32 count = 0;
};

/// find() takes no lock and may run while the table changes: what it found stays readable until the processor that
/// looked has left the kernel (the owner recycles slots only after that grace period). All else is under the owner's
/// lock. Pages are given back only when the table dies.
template <class Memory>
class Table {
    // Here, because a class cannot be constrained by a concept that its forward declaration as a friend lacks.
    static_assert(TableMemory<Memory>);

  public:
    static constexpr base::u32 kMaximumSlots = abi::Handle::kLargestSlot + 1;

    /// How many generations a slot can have before one repeats.
    static constexpr base::u32 kGenerations = abi::Handle::kLargestGeneration + 1;

    /// Each slot's first generation is `start`, cut to its bits: random, against handles that programs hard-code. A
    /// slot is retired after `generations`; fewer than there are, so that a test lives to see it.
    Table(Memory& memory, base::u32 start, base::u32 generations = kGenerations)
        : memory_(memory), start_(start % kGenerations), last_(start + generations - 1) {}

    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    /// All capabilities are gone: each slot is free or retired.
    ~Table() {
        ASSERT(live_ == 0, "a table dies with capabilities in it");
        release_pages();
    }

    /// The live slot that `handle` names; null if there is none: a stale, forged or foreign handle.
    [[nodiscard]] Slot* find(abi::Handle handle) const {
        if (!handle.is_in_space() || handle.is_reply_token()) [[unlikely]] {
            return nullptr;
        }
        Slot* const slot = at(handle.slot());
        if (slot == nullptr) [[unlikely]] {
            return nullptr;
        }
        const SlotState state = slot->state();
        const bool matches = state.get<SlotLayout::Generation>() == handle.generation();
        return matches && state.get<SlotLayout::Live>() ? slot : nullptr;
    }

    /// The slot that `handle` names, live or revoked; null if there is none, or its process gave it up.
    [[nodiscard]] Slot* find_owned(abi::Handle handle) const {
        if (!handle.is_in_space() || handle.is_reply_token()) {
            return nullptr;
        }
        Slot* const slot = at(handle.slot());
        const SlotState state = slot == nullptr ? SlotState{} : slot->state();
        const bool is_owned =
            (state.get<SlotLayout::Live>() || state.get<SlotLayout::Dead>()) && !state.get<SlotLayout::Held>();
        return is_owned && state.get<SlotLayout::Generation>() == handle.generation() ? slot : nullptr;
    }

    /// The process wants the slot at `place`, which is dead, no more: find_owned() finds it no longer. It is to be
    /// recycled, and is the last of `list` until then.
    void give_up(base::u32 place, GivenUp& list) {
        Slot& slot = *at(place);
        ASSERT(slot.state().template get<SlotLayout::Dead>(), "a live slot is given up");
        slot.store(slot.state().template with<SlotLayout::Held>(true));
        // In the word of its expiry, never 0: who found it before sees at most that its time is over.
        slot.set_expiry(kLinkEnd);
        if (list.count++ == 0) {
            list.first = place;
        } else {
            at(list.last)->set_expiry(base::Nanoseconds{base::u64{place} + 1});
        }
        list.last = place;
    }

    /// Recycles the oldest of `list`, which is not empty. After its grace period.
    void recycle_first(GivenUp& list) {
        const base::u32 place = list.first;
        list.first = static_cast<base::u32>(at(place)->expiry() - 1);
        --list.count;
        recycle(place);
    }

    /// Takes a free slot, the one that has been free longest, for an install() that then cannot fail. NoMemory: the
    /// table is full, or there is no page for more.
    base::Result<base::u32> reserve() {
        if (free_count_ == 0) {
            TRY(grow());
        }
        const base::u32 place = first_free_;
        Slot& slot = *at(place);
        first_free_ = static_cast<base::u32>(slot.qualifier_);
        --free_count_;
        slot.store(slot.state().template with<SlotLayout::Held>(true));
        return place;
    }

    /// Gives back a slot that was reserved and not used.
    void give_back(base::u32 place) {
        Slot& slot = *at(place);
        ASSERT(slot.state().template get<SlotLayout::Held>(), "a slot is given back that was not reserved");
        slot.store(slot.state().template with<SlotLayout::Held>(false));
        append_free(place);
    }

    /// Puts a capability into a reserved slot, as a child of `parent` in the tree of its target.
    abi::Handle install(base::u32 place, const Contents& contents, Node& parent) {
        Slot& slot = fill(place, contents);
        parent.adopt(slot);
        return handle_of(place, slot);
    }

    /// Puts the capability of `from`, a live slot of any table, into a reserved slot: it keeps its place in the tree.
    /// `from` must be recycled in its own table.
    abi::Handle take_over(base::u32 place, Slot& from) {
        const Contents contents = from.contents();
        Slot& slot = fill(place, contents);
        contents.target->replace(from, slot);
        from.kill();
        return handle_of(place, slot);
    }

    /// Frees the slot at `place`, which is dead and in no tree, for another generation; retires it when the next one
    /// could be one that it had. After the grace period.
    void recycle(base::u32 place) {
        Slot& slot = *at(place);
        const SlotState state = slot.state();
        ASSERT(!state.template get<SlotLayout::Live>() && state.template get<SlotLayout::Dead>() && !slot.is_linked(),
               "a slot is recycled that is in use");
        --live_;
        const base::u32 generation = state.template get<SlotLayout::Generation>();
        slot.store(SlotState{}.template with<SlotLayout::Generation>((generation + 1) % kGenerations));
        if (generation == last_ % kGenerations) {
            ++retired_;
        } else {
            append_free(place);
        }
    }

    /// Calls visit(place, slot) for every live capability. Walks.
    template <class Visit>
    void for_each_live(Visit visit) {
        for (base::u32 place = 0; place < slot_count_; ++place) {
            if (Slot* const slot = at(place); slot->is_live()) {
                visit(place, *slot);
            }
        }
    }

    /// Calls visit(place, slot) for at most `limit` slots from `cursor` on that are live or dead, and moves `cursor`
    /// behind what it looked at, up to 16 slots for each of these. False: there are no more.
    template <class Visit>
    bool visit_some(base::u32& cursor, base::u32 limit, Visit visit) {
        constexpr base::u32 kLooksForEach = 16;
        for (base::u32 looks = limit * kLooksForEach; cursor < slot_count_ && limit != 0 && looks != 0; --looks) {
            const base::u32 place = cursor++;
            Slot& slot = *at(place);
            const SlotState state = slot.state();
            if (state.template get<SlotLayout::Live>() || state.template get<SlotLayout::Dead>()) {
                visit(place, slot);
                --limit;
            }
        }
        return cursor < slot_count_;
    }

    /// Gives back at most `limit` pages of a table that nothing is in and in which nobody looks any more. True: there
    /// is none left.
    bool release_some(base::u32 limit) {
        ASSERT(live_ == 0, "a table gives its pages back with capabilities in them");
        free_count_ = 0;
        for (; slot_count_ != 0 && limit != 0; --limit) {
            slot_count_ -= kPageSlots;
            auto& place = directories_[slot_count_ / kDirectorySlots];
            Directory& directory = *place.load(std::memory_order_relaxed);
            auto& entry = directory[slot_count_ / kPageSlots % kDirectoryPages];
            memory_.release_slots(*entry.exchange(nullptr, std::memory_order_relaxed));
            if (slot_count_ % kDirectorySlots == 0) {
                place.store(nullptr, std::memory_order_relaxed);
                memory_.release_directory(directory);
            }
        }
        return slot_count_ == 0;
    }

    /// Capabilities in it, dead ones that were not recycled yet included.
    [[nodiscard]] base::u32 count() const { return live_; }

    [[nodiscard]] base::u32 retired() const { return retired_; }

    /// Slots that there is memory for.
    [[nodiscard]] base::u32 capacity() const { return slot_count_; }

  private:
    static constexpr base::Nanoseconds kLinkEnd{kMaximumSlots + 1};
    static constexpr base::u32 kDirectorySlots = kPageSlots * kDirectoryPages;
    static constexpr base::usize kDirectories = kMaximumSlots / kDirectorySlots;

    /// The slot at `place`; null if there is no memory for it. Indices come from programs: each is bounded by its mask
    /// alone, so that no branch can be mispredicted around the bound.
    [[nodiscard]] Slot* at(base::u32 place) const {
        Directory* const directory =
            directories_[place / kDirectorySlots % kDirectories].load(std::memory_order_acquire);
        if (directory == nullptr) [[unlikely]] {
            return nullptr;
        }
        SlotPage* const page = (*directory)[place / kPageSlots % kDirectoryPages].load(std::memory_order_acquire);
        return page == nullptr ? nullptr : &(*page)[place % kPageSlots];
    }

    Slot& fill(base::u32 place, const Contents& contents) {
        Slot& slot = *at(place);
        ASSERT(slot.state().template get<SlotLayout::Held>(), "a capability is put into a slot that was not reserved");
        slot.fill(contents, contents.target->kind());
        ++live_;
        return slot;
    }

    static abi::Handle handle_of(base::u32 place, const Slot& slot) {
        return abi::Handle::of_entry(place, slot.state().template get<SlotLayout::Generation>());
    }

    void append_free(base::u32 place) {
        if (free_count_ == 0) {
            first_free_ = place;
        } else {
            at(last_free_)->qualifier_ = place;
        }
        last_free_ = place;
        ++free_count_;
    }

    base::Result<void> grow() {
        if (slot_count_ == kMaximumSlots) {
            return base::Error::NoMemory;
        }
        auto& directory = directories_[slot_count_ / kDirectorySlots];
        if (directory.load(std::memory_order_relaxed) == nullptr) {
            directory.store(TRY(memory_.allocate_directory()), std::memory_order_release);
        }
        SlotPage* const page = TRY(memory_.allocate_slots());
        for (Slot& slot : *page) {
            slot.store(SlotState{}.template with<SlotLayout::Generation>(start_));
        }
        auto& entry = (*directory.load(std::memory_order_relaxed))[slot_count_ / kPageSlots % kDirectoryPages];
        entry.store(page, std::memory_order_release);
        const base::u32 first = slot_count_;
        slot_count_ += kPageSlots;
        for (base::u32 place = first; place < slot_count_; ++place) {
            append_free(place);
        }
        return {};
    }

    void release_pages() {
        for (auto& place : directories_) {
            Directory* const directory = place.load(std::memory_order_relaxed);
            if (directory == nullptr) {
                continue;
            }
            for (auto& entry : *directory) {
                if (SlotPage* const page = entry.load(std::memory_order_relaxed); page != nullptr) {
                    memory_.release_slots(*page);
                }
            }
            memory_.release_directory(*directory);
        }
    }

    Memory& memory_;
    std::array<std::atomic<Directory*>, kDirectories> directories_{};
    base::u32 start_;
    base::u32 last_; ///< generation
    base::u32 slot_count_ = 0;
    base::u32 live_ = 0;
    base::u32 retired_ = 0;
    base::u32 free_count_ = 0;
    base::u32 first_free_ = 0;
    base::u32 last_free_ = 0;
};

} // namespace capability
