/// Ways through one tree of page tables, for the operations of mapper.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/page_table/table_memory.hpp"

namespace page_table {

/// As many entries as there are: for callers that need not stop in between.
inline constexpr base::usize kNoLimit = std::numeric_limits<base::usize>::max();

/// Whether an entry above the lowest level leads to a table.
constexpr bool leads_to_table(Entry entry, int level) { return level != 0 && entry.is_present() && !entry.is_large(); }

/// Where a walk ended: in a table whose entry for the address is a page, or absent, or led to a table that the walk did
/// not enter.
struct Place {
    Table table;
    int level;
    /// By level less one, the entries that led here.
    std::array<Entry*, kTopLevel> path{};

    [[nodiscard]] Entry& entry(base::VirtualAddress address) const { return table[entry_index(address, level)]; }

    /// The entry that leads to `table`, which is not the top one.
    [[nodiscard]] Entry& leading_here() const { return *path[static_cast<base::usize>(level)]; }
};

/// Neighbours in one table, none of which the walk entered.
struct Run {
    base::VirtualAddress start; ///< what the first entry spans begins here
    std::span<Entry> entries;
    int level;
};

/// A table of pages of 4 KiB, and the entry that leads to it; null if there is none.
struct Leaf {
    Table table;
    Entry* leading;
};

/// Holds nothing itself, like the Mapper that it serves.
template <TableMemory Memory>
class Walker {
  public:
    Walker(Memory& memory, base::PhysicalAddress top) : memory_(memory), top_(top) {}

    Memory& memory() { return memory_; }

    Table table_of(Entry entry) { return memory_.table(entry.address()); }

    /// Enters a table for every operation but those that say otherwise.
    static constexpr auto kEverywhere = [](Entry&, int) { return true; };

    /// Walks towards `address` through the tables for which enter(entry, level) holds.
    template <class Enter>
    Place find(base::VirtualAddress address, Enter enter) {
        Place place{memory_.table(top_), kTopLevel};
        while (true) {
            Entry& entry = place.entry(address);
            if (!leads_to_table(entry, place.level) || !enter(entry, place.level)) {
                return place;
            }
            descend(place, entry);
        }
    }

    Place find(base::VirtualAddress address) { return find(address, kEverywhere); }

    /// The lowest table on the way to `address`, if every table is there and lets writes through, as most operations
    /// find it. If not, find() and reach() tell more.
    [[gnu::always_inline]] Leaf find_leaf(base::VirtualAddress address) {
        Table table = memory_.table(top_);
        Entry* leading = nullptr;
#pragma clang loop unroll(full)
        for (int level = kTopLevel; level > 0; --level) {
            leading = &table[entry_index(address, level)];
            if (!leading->leads_on_for_writes()) [[unlikely]] {
                return {table, nullptr};
            }
            table = table_of(*leading);
        }
        return {table, leading};
    }

    /// The table of `level` on the way to `address`, made where it is missing; with `writable`, every entry that leads
    /// there lets writes through. Exists: a large page lies in the way. An error changes nothing.
    base::Result<Place> reach(base::VirtualAddress address, int level, bool writable) {
        Place place{memory_.table(top_), kTopLevel};
        while (place.level > level) {
            Entry& entry = place.entry(address);
            if (!entry.is_present()) {
                TRY(link_table(place, address));
            } else if (entry.is_large()) {
                return base::Error::Exists;
            } else if (writable && !entry.is_writable()) {
                push_down(entry);
            }
            descend(place, entry);
        }
        return place;
    }

    /// Calls visit(place, run) for all entries of [start, start + size), level by level within each table, until
    /// `limit` of them were looked at. Returns how many bytes are done. A page that reaches over a border is shown too.
    template <class Enter, class Visit>
    base::Bytes for_each_run(base::VirtualAddress start, base::Bytes size, base::usize limit, Enter enter,
                             Visit visit) {
        base::Bytes done{0};
        while (done < size && limit != 0) {
            Place place = find(start + done, enter);
            const base::VirtualAddress first = (start + done).align_down(page_size(place.level));
            const base::usize slot = entry_index(first, place.level);
            const base::u64 last = (start + size - first).value() - 1;
            const base::usize count = std::min({kEntries - slot, limit, (last >> page_shift(place.level)) + 1});
            const Run run{first, plain_prefix(place, slot, count), place.level};
            visit(place, run);
            limit -= run.entries.size();
            const base::Bytes reached = first + page_size(run.level) * run.entries.size() - start;
            done = std::min(size, reached);
        }
        return done;
    }

    /// The write bit of `upper` counts for all below. Gives writing back to it while taking it from all entries of its
    /// table: nobody may write more or less than before, so no translation needs to be flushed. A processor that still
    /// holds the old upper entry faults once more than needed, and the fault drops it, [intel/vol3] 4.10.4.1.
    void push_down(Entry& upper) {
        const Table table = table_of(upper);
        for (base::usize i = 0; i < kEntries; i += kGroup) {
            clear_write(table.subspan(i).template first<kGroup>());
        }
        Entry::set_write(upper);
    }

    /// Entries side by side, which operations on whole tables take together.
    static constexpr base::usize kGroup = 8;
    using Group = std::span<Entry, kGroup>;

    /// Takes the write bit from all of them; false if none had it. One look at all instead of one at each: absent
    /// entries have no bits that could be lost.
    static bool clear_write(Group group) {
        base::u64 words = 0;
#pragma clang loop unroll(full)
        for (const Entry& entry : group) {
            words |= entry.word();
        }
        if (!Entry{words}.is_writable()) {
            return false;
        }
#pragma clang loop unroll(full)
        for (Entry& entry : group) {
            Entry::clear_write(entry);
        }
        return true;
    }

    /// `count` entries of `place` became present.
    static void note_added(const Place& place, base::u64 count) {
        if constexpr (ReleasesTables<Memory>) {
            if (place.level != kTopLevel) {
                Entry::add_children(place.leading_here(), count);
            }
        }
    }

    /// `count` entries of `place`, on the way to `address`, became absent: tables that are empty now are given back.
    void note_removed(Place& place, base::VirtualAddress address, base::u64 count) {
        if constexpr (ReleasesTables<Memory>) {
            if (place.level != kTopLevel && Entry::remove_children(place.leading_here(), count) == 0) {
                release_if_empty(place, address);
            }
        }
    }

    /// In the lower half pages of kernel and user may share a table: the page decides.
    static Owner table_owner(base::VirtualAddress address) {
        return is_upper_half(address) ? Owner::Kernel : Owner::User;
    }

  private:
    void descend(Place& place, Entry& entry) {
        --place.level;
        place.path[static_cast<base::usize>(place.level)] = &entry;
        place.table = table_of(entry);
    }

    base::Result<void> link_table(Place& place, base::VirtualAddress address) {
        const auto table = memory_.allocate_table();
        if (!table) {
            release_if_empty(place, address);
            return table.error();
        }
        Entry::store(place.entry(address), Entry::table(*table, table_owner(address)));
        note_added(place, 1);
        return {};
    }

    /// Gives back the table of `place` if nothing is in it, and so on upwards.
    void release_if_empty(Place& place, base::VirtualAddress address) {
        if constexpr (ReleasesTables<Memory>) {
            while (place.level != kTopLevel && place.leading_here().children() == 0) {
                // Address spaces share the top-level entries of the upper half, so those stay for ever.
                if (place.level + 1 == kTopLevel && is_upper_half(address)) {
                    return;
                }
                Entry& entry = place.leading_here();
                const base::PhysicalAddress table = entry.address();
                Entry::store(entry, Entry{});
                memory_.release_table(table);
                ++place.level;
                if (place.level != kTopLevel) {
                    Entry::remove_children(place.leading_here(), 1);
                }
            }
        }
    }

    /// From `slot` on, what does not lead to tables; but the first entry is one that the walk decided about.
    static std::span<Entry> plain_prefix(const Place& place, base::usize slot, base::usize count) {
        base::usize length = place.level == 0 ? count : 1;
        while (length < count && !leads_to_table(place.table[slot + length], place.level)) {
            ++length;
        }
        return place.table.subspan(slot, length);
    }

    Memory& memory_;
    base::PhysicalAddress top_;
};

} // namespace page_table
