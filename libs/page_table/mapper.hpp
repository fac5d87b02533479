/// Builds and changes four-level page tables in memory that it reaches through `Memory`.
///
///     Mapper mapper(tables, top, 1);
///     TRY(mapper.map(start, frame, 16_KiB, Access::ReadWrite, Owner::User));
///     TRY(mapper.protect(start, 4_KiB, Access::Read));
///     TRY(mapper.unmap(start, 16_KiB));
#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <span>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/page_table/address_range.hpp"
#include "libs/page_table/page_table_entry.hpp"

namespace page_table {

using Table = std::span<Entry, kEntries>;

/// Where tables come from and how they are reached.
template <class M>
concept TableMemory = requires(M& memory, base::PhysicalAddress table) {
    /// A new table, all entries absent.
    { memory.allocate_table() } -> std::same_as<base::Result<base::PhysicalAddress>>;
    { memory.table(table) } -> std::same_as<Table>;
};

/// Memory that also takes back tables that became empty. CPUs may still walk through them: it must not use their frames
/// for anything else before the address range was flushed everywhere.
template <class M>
concept ReleasesTables =
    TableMemory<M> && requires(M& memory, base::PhysicalAddress table) { memory.release_table(table); };

/// What a walk found.
struct Translation {
    base::PhysicalAddress address;
    Entry entry;
    int level; ///< 0: a page of 4 KiB, 1: 2 MiB, 2: 1 GiB
};

/// A view of one tree of tables; holds nothing itself. Its user holds the address space's lock, and flushes translation
/// caches after unmap(), protect() and a map() that failed. CPUs may walk the tree meanwhile: each entry is written
/// whole, and a table only linked when it is complete.
template <TableMemory Memory>
class Mapper {
  public:
    /// `top` is the top-level table. Pages up to `largest_level` are used where aligned: 2 only on CPUs with 1 GiB
    /// pages.
    Mapper(Memory& memory, base::PhysicalAddress top, int largest_level)
        : memory_(memory), top_(top), largest_level_(largest_level) {}

    /// Maps [start, start + size) to memory from `physical`; all three are multiples of 4 KiB. An error changes no
    /// translation. InvalidArgument: not aligned, not in one canonical half, beyond physical memory, or the user's in
    /// the kernel's half; Exists: part of it is mapped already; NoMemory: no frame for a table.
    base::Result<void> map(base::VirtualAddress start, base::PhysicalAddress physical, base::Bytes size, Access access,
                           Owner owner, Cache cache = Cache::WriteBack) {
        if (!is_mappable(start, size) || !is_physical(physical, size) ||
            (owner == Owner::User && is_upper_half(start))) {
            return base::Error::InvalidArgument;
        }
        base::Bytes done{0};
        while (done < size) {
            const int level = level_for(start + done, physical + done, size - done);
            const Entry first = Entry::page(physical + done, access, owner, level != 0, cache);
            const auto filled = fill_one_table(start + done, size - done, level, first);
            if (!filled) {
                clear(start, done);
                prune(start, size);
                return filled.error();
            }
            done += *filled;
        }
        return {};
    }

    /// Unmaps [start, start + size); what is not mapped stays so. A large page that only partly lies in it is split. An
    /// error changes no translation. InvalidArgument: not aligned or not in one canonical half; NoMemory: no frame to
    /// split with.
    base::Result<void> unmap(base::VirtualAddress start, base::Bytes size) {
        TRY(make_borders(start, size));
        clear(start, size);
        prune(start, size);
        return {};
    }

    /// Gives the pages of [start, start + size) another access; what is not mapped stays so. Splits and errors as
    /// unmap().
    base::Result<void> protect(base::VirtualAddress start, base::Bytes size, Access access) {
        TRY(make_borders(start, size));
        visit(start, size, [access](Entry& place) {
            // The CPU may set the accessed and dirty bits at any moment: none may get lost.
            const std::atomic_ref entry(place);
            Entry old = entry.load(std::memory_order_relaxed);
            while (old.is_present() &&
                   !entry.compare_exchange_weak(old, old.with_access(access), std::memory_order_relaxed)) {
            }
        });
        return {};
    }

    /// What `address` is mapped to. NotFound if it is not mapped; InvalidArgument if it is not canonical.
    [[nodiscard]] base::Result<Translation> translate(base::VirtualAddress address) {
        if (!is_canonical(address)) {
            return base::Error::InvalidArgument;
        }
        const Place place = find(address);
        const Entry entry = place.entry(address);
        if (!entry.is_present()) {
            return base::Error::NotFound;
        }
        const base::Bytes offset{address.value() & (page_size(place.level).value() - 1)};
        return Translation{entry.address() + offset, entry, place.level};
    }

  private:
    /// Where a walk ends: a table, and its level, whose entry for the address is a page or absent.
    struct Place {
        Table table;
        int level;

        [[nodiscard]] Entry& entry(base::VirtualAddress address) const { return table[entry_index(address, level)]; }
    };

    static bool leads_to_table(Entry entry, int level) { return level != 0 && entry.is_present() && !entry.is_large(); }

    /// One store. Release: what the entry leads to was written before.
    static void write(Entry& place, Entry entry) { std::atomic_ref(place).store(entry, std::memory_order_release); }

    int level_for(base::VirtualAddress start, base::PhysicalAddress physical, base::Bytes size) const {
        int level = largest_level_;
        while (level > 0 && (page_size(level) > size || !start.is_aligned(page_size(level)) ||
                             !physical.is_aligned(page_size(level)))) {
            --level;
        }
        return level;
    }

    Place find(base::VirtualAddress address) {
        Place place{memory_.table(top_), kTopLevel};
        while (leads_to_table(place.entry(address), place.level)) {
            place = {memory_.table(place.entry(address).address()), place.level - 1};
        }
        return place;
    }

    /// The table of `level` that leads to `address`, made on the way where it is missing.
    base::Result<Table> table_at(base::VirtualAddress address, int level) {
        Table table = memory_.table(top_);
        for (int above = kTopLevel; above > level; --above) {
            Entry& entry = table[entry_index(address, above)];
            if (!entry.is_present()) {
                write(entry, Entry::table(TRY(memory_.allocate_table()), table_owner(address)));
            } else if (entry.is_large()) {
                return base::Error::Exists;
            }
            table = memory_.table(entry.address());
        }
        return table;
    }

    /// In the lower half pages of kernel and user may share a table: the page decides.
    static Owner table_owner(base::VirtualAddress address) {
        return is_upper_half(address) ? Owner::Kernel : Owner::User;
    }

    /// Maps pages of `level` from `start` on, as many as fit in one table and in `size`: one walk serves them all.
    base::Result<base::Bytes> fill_one_table(base::VirtualAddress start, base::Bytes size, int level, Entry first) {
        const Table table = TRY(table_at(start, level));
        const base::usize slot = entry_index(start, level);
        const auto entries = table.subspan(slot, std::min(kEntries - slot, size / page_size(level)));
        if (std::ranges::any_of(entries, &Entry::is_present)) {
            return base::Error::Exists;
        }
        base::u64 word = first.word();
        for (Entry& entry : entries) {
            write(entry, Entry{word});
            word += page_size(level).value();
        }
        return page_size(level) * entries.size();
    }

    /// Calls change(entry) for every page, and some absent entries, from `start` on. No page reaches over a border.
    template <class Change>
    void visit(base::VirtualAddress start, base::Bytes size, Change change) {
        base::Bytes done{0};
        while (done < size) {
            const Place place = find(start + done);
            const base::Bytes step = page_size(place.level);
            for (base::usize slot = entry_index(start + done, place.level); slot < kEntries && done < size; ++slot) {
                if (leads_to_table(place.table[slot], place.level)) {
                    break;
                }
                change(place.table[slot]);
                done += (start + done).align_down(step) + step - (start + done);
            }
        }
    }

    void clear(base::VirtualAddress start, base::Bytes size) {
        visit(start, size, [](Entry& entry) { write(entry, Entry{}); });
    }

    base::Result<void> make_borders(base::VirtualAddress start, base::Bytes size) {
        if (!is_mappable(start, size)) {
            return base::Error::InvalidArgument;
        }
        TRY(split_at(start));
        const base::VirtualAddress end = start + size;
        return is_canonical(end) && end != base::VirtualAddress{0} ? split_at(end) : base::Result<void>{};
    }

    /// Splits the large page that reaches over `border`, if there is one, until a page begins there.
    base::Result<void> split_at(base::VirtualAddress border) {
        while (true) {
            const Place place = find(border);
            Entry& entry = place.entry(border);
            if (!entry.is_present() || border.is_aligned(page_size(place.level))) {
                return {};
            }
            TRY(split(entry, place.level, table_owner(border)));
        }
    }

    base::Result<void> split(Entry& page, int level, Owner owner) {
        const base::PhysicalAddress pieces = TRY(memory_.allocate_table());
        base::Bytes offset{0};
        for (Entry& piece : memory_.table(pieces)) {
            piece = page.piece(offset, level - 1 != 0);
            offset += page_size(level - 1);
        }
        write(page, Entry::table(pieces, owner));
        return {};
    }

    /// Gives back the tables below [start, start + size) that hold nothing any more.
    void prune(base::VirtualAddress start, base::Bytes size) {
        if constexpr (ReleasesTables<Memory>) {
            prune_table(memory_.table(top_), kTopLevel, start, start + (size - base::Bytes{1}));
        }
    }

    void prune_table(Table table, int level, base::VirtualAddress first, base::VirtualAddress last) {
        for (base::usize slot = entry_index(first, level); slot <= entry_index(last, level); ++slot) {
            Entry& entry = table[slot];
            if (!leads_to_table(entry, level)) {
                continue;
            }
            const bool is_first = slot == entry_index(first, level);
            const bool is_last = slot == entry_index(last, level);
            const Table below = memory_.table(entry.address());
            prune_table(below, level - 1, is_first ? first : kLowest, is_last ? last : kHighest);
            release_if_empty(entry, below, level, first);
        }
    }

    /// Address spaces share the top-level entries of the upper half, so those stay for ever.
    void release_if_empty(Entry& entry, Table below, int level, base::VirtualAddress address) {
        const bool is_shared = level == kTopLevel && is_upper_half(address);
        if (!is_shared && std::ranges::none_of(below, &Entry::is_present)) {
            const base::PhysicalAddress table = entry.address();
            write(entry, Entry{});
            memory_.release_table(table);
        }
    }

    /// Addresses whose entries are the first and the last in tables of every level.
    static constexpr base::VirtualAddress kLowest{0};
    static constexpr base::VirtualAddress kHighest{~0ULL};

    Memory& memory_;
    base::PhysicalAddress top_;
    int largest_level_;
};

} // namespace page_table
