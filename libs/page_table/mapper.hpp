/// Builds four-level page tables in memory that it reaches through `Memory`.
#pragma once

#include <algorithm>
#include <concepts>
#include <span>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/page_table/page_table_entry.hpp"

namespace page_table {

inline constexpr base::usize kEntries = 512;
using Table = std::span<Entry, kEntries>;

/// Where tables come from and how they are reached.
template <class M>
concept TableMemory = requires(M& memory, base::PhysicalAddress table) {
    /// A new table, all entries absent.
    { memory.allocate_table() } -> std::same_as<base::Result<base::PhysicalAddress>>;
    { memory.table(table) } -> std::same_as<Table>;
};

/// The three sizes of pages, by the level at which they end the walk: 0 is 4 KiB, 1 is 2 MiB, 2 is 1 GiB.
constexpr base::Bytes page_size(int level) { return base::Bytes{base::kPageSize << (9 * level)}; }

/// The lower half and the upper half; between them lies capability space, which no page table may name.
constexpr bool is_canonical(base::VirtualAddress address) {
    const base::u64 upper = address.value() >> 47;
    return upper == 0 || upper == 0x1ffff;
}

/// What a walk found.
struct Translation {
    base::PhysicalAddress address;
    Entry entry;
    int level;
};

template <TableMemory Memory>
class Mapper {
  public:
    /// `top` is the top-level table. Pages up to `largest_level` are used where aligned: 2 only on CPUs with 1 GiB pages.
    Mapper(Memory& memory, base::PhysicalAddress top, int largest_level)
        : memory_(memory), top_(top), largest_level_(largest_level) {}

    /// Maps [virtual, virtual + size) to memory from `physical`; all three are multiples of 4 KiB.
    /// InvalidArgument: not aligned, or not canonical throughout; Exists: part of it is mapped already (what lay before
    /// that part stays mapped); NoMemory: no frame for a table.
    base::Result<void> map(base::VirtualAddress start, base::PhysicalAddress physical, base::Bytes size, Access access,
                           Owner owner) {
        if (!is_valid(start, size) || !physical.is_aligned(kPage)) {
            return base::Error::InvalidArgument;
        }
        base::Bytes done{0};
        while (done < size) {
            const int level = level_for(start + done, physical + done, size - done);
            const Table table = memory_.table(TRY(table_at(start + done, level, owner)));
            // One walk serves the rest of the table, as far as pages of this size reach.
            const base::usize slot = index(start + done, level);
            const base::usize count = std::min(kEntries - slot, (size - done) / page_size(level));
            const Entry first = Entry::page(physical + done, access, owner, level != 0);
            TRY(fill(table.subspan(slot, count), first, page_size(level)));
            done = done + page_size(level) * count;
        }
        return {};
    }

    /// What `address` is mapped to. NotFound if it is not mapped.
    base::Result<Translation> translate(base::VirtualAddress address) {
        base::PhysicalAddress table = top_;
        for (int level = 3; level >= 0; --level) {
            const Entry entry = memory_.table(table)[index(address, level)];
            if (!entry.is_present()) {
                return base::Error::NotFound;
            }
            if (level == 0 || entry.is_large()) {
                const base::Bytes offset{address.value() & (page_size(level).value() - 1)};
                return Translation{entry.address() + offset, entry, level};
            }
            table = entry.address();
        }
        return base::Error::NotFound;
    }

  private:
    static constexpr base::Bytes kPage{base::kPageSize};

    static constexpr base::usize index(base::VirtualAddress address, int level) {
        return address.value() >> (12 + 9 * level) & (kEntries - 1);
    }

    static bool is_valid(base::VirtualAddress start, base::Bytes size) {
        if (!start.is_aligned(kPage) || size.value() % base::kPageSize != 0 || size == base::Bytes{0}) {
            return false;
        }
        const base::VirtualAddress last = start + (size - base::Bytes{1});
        return start <= last && is_canonical(start) && is_canonical(last) && start.value() >> 63 == last.value() >> 63;
    }

    /// Writes `first` and its successors into `entries`, all of which must be absent.
    static base::Result<void> fill(std::span<Entry> entries, Entry first, base::Bytes step) {
        base::u64 word = first.word();
        for (Entry& entry : entries) {
            if (entry.is_present()) {
                return base::Error::Exists;
            }
            entry = Entry{word};
            word += step.value();
        }
        return {};
    }

    int level_for(base::VirtualAddress start, base::PhysicalAddress physical, base::Bytes size) const {
        int level = largest_level_;
        while (level > 0 && (page_size(level) > size || !start.is_aligned(page_size(level)) ||
                             !physical.is_aligned(page_size(level)))) {
            --level;
        }
        return level;
    }

    /// The table whose entries end the walk to `address` at `level`, made on the way where it is missing.
    base::Result<base::PhysicalAddress> table_at(base::VirtualAddress address, int level, Owner owner) {
        base::PhysicalAddress table = top_;
        for (int above = 3; above > level; --above) {
            Entry& entry = memory_.table(table)[index(address, above)];
            if (!entry.is_present()) {
                entry = Entry::table(TRY(memory_.allocate_table()), owner);
            } else if (entry.is_large()) {
                return base::Error::Exists;
            }
            table = entry.address();
        }
        return table;
    }

    Memory& memory_;
    base::PhysicalAddress top_;
    int largest_level_;
};

} // namespace page_table
