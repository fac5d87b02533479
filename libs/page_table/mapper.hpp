/// Builds and changes four-level page tables in memory that it reaches through `Memory`.
///
///     Mapper mapper(tables, top, 1);
///     TRY(mapper.map(start, frame, 16_KiB, {Access::ReadWrite, Owner::User}));
///     Gather gather;
///     TRY(mapper.protect(start, 4_KiB, {Access::Read}, gather));
///     TRY(mapper.unmap(start, 16_KiB, gather, kNoLimit, [](VirtualAddress, Entry old, int level) { … }));
#pragma once

#include <algorithm>
#include <optional>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/page_table/gather.hpp"
#include "libs/page_table/large_pages.hpp"
#include "libs/page_table/walker.hpp"

namespace page_table {

/// What a walk found.
struct Translation {
    base::PhysicalAddress address;
    Entry entry; ///< writable only if every entry on the way was
    int level;   ///< 0: a page of 4 KiB, 1: 2 MiB, 2: 1 GiB
};

/// What protect() makes of the write bit when the access has it.
enum class Writes : base::u8 {
    Grant, ///< it is set
    Keep,  ///< it is left as it was: the next fault decides, page by page
};

struct Protection {
    Access access;
    Writes writes = Writes::Grant;
    std::optional<ProtectionKey> key = std::nullopt; ///< none: the pages keep theirs
};

/// A view of one tree of tables; holds nothing itself. Its user holds the address space's lock, and flushes what the
/// Gather holds before frames or tables are used for anything else. CPUs may walk the tree meanwhile: each entry is
/// written whole, and a table only linked when it is complete. Operations with a `limit` look at no more entries than
/// that and return how many bytes they did: the rest is the next call's.
template <TableMemory Memory>
class Mapper {
  public:
    /// `top` is the top-level table. Pages up to `largest_level` are used where aligned: 2 only on CPUs with 1 GiB
    /// pages.
    Mapper(Memory& memory, base::PhysicalAddress top, int largest_level)
        : walker_(memory, top), largest_level_(largest_level) {}

    /// Maps [start, start + size) to memory from `physical`; all three are multiples of 4 KiB. An error changes no
    /// translation. InvalidArgument: not aligned, not in one canonical half, beyond physical memory, or the user's in
    /// the kernel's half; Exists: part of it is mapped already; or the memory's own error: no table to be had.
    base::Result<void> map(base::VirtualAddress start, base::PhysicalAddress physical, base::Bytes size,
                           const Attributes& attributes) {
        if (!is_mappable(start, size) || !is_physical(physical, size) ||
            (attributes.owner == Owner::User && is_upper_half(start))) {
            return base::Error::InvalidArgument;
        }
        base::Bytes done{0};
        while (done < size) {
            const int level = level_for(start + done, physical + done, size - done);
            const Entry first = Entry::page(physical + done, attributes, level != 0);
            const auto filled = fill_one_table(start + done, size - done, level, first);
            if (!filled) {
                Gather never_used;
                clear(start, done, kNoLimit, never_used, [](base::VirtualAddress, Entry, int) {});
                return filled.error();
            }
            done += *filled;
        }
        return {};
    }

    base::Result<void> map(base::VirtualAddress start, base::PhysicalAddress physical, base::Bytes size, Access access,
                           Owner owner, Cache cache = Cache::WriteBack) {
        return map(start, physical, size, {access, owner, cache});
    }

    /// Maps the 4 KiB page at `address`, whatever is mapped there before; `gather` tells whether something was. An
    /// error changes nothing. InvalidArgument as map(); Exists: a large page is there; or the memory's own error.
    [[gnu::always_inline]] base::Result<void> put(base::VirtualAddress address, base::PhysicalAddress physical,
                                                  const Attributes& attributes, Gather& gather) {
        constexpr base::Bytes kPage{base::kPageSize};
        if (!is_mappable(address, kPage) || !is_physical(physical, kPage) ||
            (attributes.owner == Owner::User && is_upper_half(address))) [[unlikely]] {
            return base::Error::InvalidArgument;
        }
        Leaf leaf = walker_.find_leaf(address);
        if (leaf.leading == nullptr) [[unlikely]] {
            leaf = TRY(reach_leaf(address, attributes.access == Access::ReadWrite));
        }
        const Entry page = Entry::page(physical, attributes, false);
        Entry& place = leaf.table[entry_index(address, 0)];
        if (place.is_present()) {
            static_cast<void>(Entry::exchange(place, page));
            gather.add(address, 1, 0);
            return {};
        }
        Entry::store(place, page);
        if constexpr (ReleasesTables<Memory>) {
            Entry::add_children(*leaf.leading, 1);
        }
        return {};
    }

    /// Makes the top-level entry that leads to `address`, so that it never changes again. InvalidArgument: not
    /// canonical; or the memory's own error.
    base::Result<void> make_top_entry(base::VirtualAddress address) {
        if (!is_canonical(address)) {
            return base::Error::InvalidArgument;
        }
        TRY(walker_.reach(address, kTopLevel - 1, false));
        return {};
    }

    /// Puts another frame in the place of the 4 KiB page at `address`, and returns its entry as it was.
    /// InvalidArgument: not aligned or not physical; NotFound: nothing is mapped there; BadState: a large page is.
    base::Result<Entry> replace(base::VirtualAddress address, base::PhysicalAddress physical,
                                const Attributes& attributes, Gather& gather) {
        constexpr base::Bytes kPage{base::kPageSize};
        if (!is_mappable(address, kPage) || !is_physical(physical, kPage)) {
            return base::Error::InvalidArgument;
        }
        const Place place = walker_.find(address, entering(attributes.access == Access::ReadWrite));
        Entry& entry = place.entry(address);
        if (!entry.is_present() || place.level != 0) {
            return entry.is_present() ? base::Error::BadState : base::Error::NotFound;
        }
        gather.add(address, 1, 0);
        return Entry::exchange(entry, Entry::page(physical, attributes, false));
    }

    /// Unmaps [start, start + size); what is not mapped stays so. A large page that only partly lies in it is split.
    /// Calls visit(address, entry, level) for each page with its last marks; its frame is still in use until what
    /// `gather` holds was flushed. An error changes no translation. InvalidArgument: not aligned or not in one
    /// canonical half; or the memory's own: no table to split with.
    template <class Visit>
    base::Result<base::Bytes> unmap(base::VirtualAddress start, base::Bytes size, Gather& gather, base::usize limit,
                                    Visit visit) {
        TRY(make_borders(start, size));
        return clear(start, size, limit, gather, visit);
    }

    /// The same when nobody may have used it yet, or everything is flushed behind it.
    base::Result<void> unmap(base::VirtualAddress start, base::Bytes size) {
        Gather gather;
        TRY(unmap(start, size, gather, kNoLimit, [](base::VirtualAddress, Entry, int) {}));
        return {};
    }

    /// Gives the pages of [start, start + size) another access; what is not mapped stays so. Splits and errors as
    /// unmap().
    base::Result<base::Bytes> protect(base::VirtualAddress start, base::Bytes size, const Protection& protection,
                                      Gather& gather, base::usize limit = kNoLimit) {
        TRY(make_borders(start, size));
        return protect_between_borders(start, size, protection, gather, limit);
    }

    /// The same where no large page reaches over a border: make_borders() saw to it.
    base::Bytes protect_between_borders(base::VirtualAddress start, base::Bytes size, const Protection& protection,
                                        Gather& gather, base::usize limit = kNoLimit) {
        const auto next = [&protection](Entry entry) { return protect(entry, protection); };
        if (const Leaf leaf = walker_.find_leaf(start); leaf.leading != nullptr && is_in_one_leaf(start, size)) {
            const base::usize count = std::min(limit, base::Pages::within(size).value());
            change({start, leaf.table.subspan(entry_index(start, 0), count), 0}, gather, next);
            return base::Pages{count}.bytes();
        }
        const bool grants = protection.access == Access::ReadWrite && protection.writes == Writes::Grant;
        return walker_.for_each_run(start, size, limit, entering(grants),
                                    [&](Place&, const Run& run) { change(run, gather, next); });
    }

    base::Result<void> protect(base::VirtualAddress start, base::Bytes size, Access access) {
        Gather gather;
        TRY(protect(start, size, {.access = access}, gather));
        return {};
    }

    /// What `address` is mapped to. NotFound if it is not mapped; InvalidArgument if it is not canonical.
    [[nodiscard]] base::Result<Translation> translate(base::VirtualAddress address) {
        if (!is_canonical(address)) {
            return base::Error::InvalidArgument;
        }
        bool writable = true;
        const Place place = walker_.find(address, [&writable](Entry& above, int) {
            writable = writable && above.is_writable();
            return true;
        });
        const Entry entry = place.entry(address);
        if (!entry.is_present()) {
            return base::Error::NotFound;
        }
        const base::Bytes offset{address.value() & (page_size(place.level).value() - 1)};
        return Translation{entry.address() + offset, writable ? entry : entry.without_write(), place.level};
    }

    /// Takes the write bit from the highest entries that lie wholly in [start, start + size), at most some thousand
    /// however large it is: nobody writes there until replace(), or map() and protect() with write access, push the bit
    /// down towards the address they are given. Splits and errors as unmap().
    base::Result<void> withhold_writes(base::VirtualAddress start, base::Bytes size, Gather& gather) {
        TRY(make_borders(start, size));
        base::Bytes done{0};
        while (done < size) {
            done += withhold_in_one_table(start + done, size - done, gather);
        }
        return {};
    }

    /// Clears marks of the pages in [start, start + size), also of those that reach over a border, and calls
    /// visit(address, entry, level) for each that had one, with the entry as it was. Dirty pages must be flushed before
    /// their next write may be missed; for accessed ones alone the flush only makes the next harvest sharper, and parts
    /// that no walk touched since the last one are passed over whole. InvalidArgument as unmap().
    template <class Visit>
    base::Result<base::Bytes> harvest(base::VirtualAddress start, base::Bytes size, Marks marks, Gather& gather,
                                      base::usize limit, Visit visit) {
        if (!is_mappable(start, size)) {
            return base::Error::InvalidArgument;
        }
        const auto enter = [marks](Entry& table, int level) {
            return level != 1 || marks != Marks::Accessed || table.is_accessed();
        };
        return walker_.for_each_run(start, size, limit, enter, [&](Place& place, const Run& run) {
            if (run.level == 0 && run.entries.size() == kEntries) {
                Entry::take_marks(place.leading_here(),
                                  Marks::Accessed); // first: what is marked meanwhile is seen next time
            }
            take_marks(run, marks, gather, visit);
        });
    }

    /// Calls visit(address, entry, level) for each page in [start, start + size), also those that reach over a border,
    /// with the entry as it was, and takes the accessed mark from those that have one: so it tells which were used
    /// since the last time and which were not. InvalidArgument as unmap().
    template <class Visit>
    base::Result<base::Bytes> survey(base::VirtualAddress start, base::Bytes size, Gather& gather, base::usize limit,
                                     Visit visit) {
        if (!is_mappable(start, size)) {
            return base::Error::InvalidArgument;
        }
        return walker_.for_each_run(start, size, limit, Walker<Memory>::kEverywhere, [&](Place&, const Run& run) {
            visit_changed(run, gather, [&](Entry& entry, base::VirtualAddress address) {
                if (!entry.is_present() || leads_to_table(entry, run.level)) {
                    return false;
                }
                const bool is_used = entry.has_any(Marks::Accessed);
                visit(address, is_used ? Entry::take_marks(entry, Marks::Accessed) : entry, run.level);
                return is_used;
            });
        });
    }

    /// Makes one page of `level`, 1 or 2, out of the 512 below it that `address`, aligned to it, begins, if they map
    /// the same memory in a row with equal attributes. The page counts as dirty if it is writable: a write to a piece
    /// may just be under way. NotFound: they are not so, or it is one already; InvalidArgument: not aligned, or a level
    /// without such pages.
    base::Result<void> join(base::VirtualAddress address, int level, Gather& gather) {
        if (level < 1 || level > largest_level_ || !is_mappable(address, page_size(level)) ||
            !address.is_aligned(page_size(level))) {
            return base::Error::InvalidArgument;
        }
        const Place place = walker_.find(address, [level](Entry&, int of) { return of > level; });
        Entry& entry = place.entry(address);
        if (place.level != level || !leads_to_table(entry, level)) {
            return base::Error::NotFound;
        }
        const Entry pieces = TRY(joined(walker_.table_of(entry), level));
        const Entry whole = entry.is_writable() ? pieces : pieces.without_write();
        const Entry old = Entry::exchange(entry, whole.is_writable() ? whole.as_dirty() : whole);
        gather.add_everything();
        if constexpr (ReleasesTables<Memory>) {
            walker_.memory().release_table(old.address());
        }
        return {};
    }

    /// Splits large pages that reach over the borders of [start, start + size): what then changes only there cannot
    /// fail. Errors as unmap().
    base::Result<void> make_borders(base::VirtualAddress start, base::Bytes size) {
        if (!is_mappable(start, size)) {
            return base::Error::InvalidArgument;
        }
        return split_borders(walker_, start, size);
    }

  private:
    int level_for(base::VirtualAddress start, base::PhysicalAddress physical, base::Bytes size) const {
        int level = largest_level_;
        while (level > 0 && (page_size(level) > size || !start.is_aligned(page_size(level)) ||
                             !physical.is_aligned(page_size(level)))) {
            --level;
        }
        return level;
    }

    /// Enters every table; with `writable` it lets writes through afterwards.
    auto entering(bool writable) {
        return [this, writable](Entry& table, int) {
            if (writable && !table.is_writable()) {
                walker_.push_down(table);
            }
            return true;
        };
    }

    [[gnu::noinline]] base::Result<Leaf> reach_leaf(base::VirtualAddress address, bool writable) {
        const Place place = TRY(walker_.reach(address, 0, writable));
        return Leaf{place.table, &place.leading_here()};
    }

    /// Maps pages of `level` from `start` on, as many as fit in one table and in `size`: one walk serves them all.
    base::Result<base::Bytes> fill_one_table(base::VirtualAddress start, base::Bytes size, int level, Entry first) {
        const Place place = TRY(walker_.reach(start, level, first.is_writable()));
        const base::usize slot = entry_index(start, level);
        const auto entries = place.table.subspan(slot, std::min(kEntries - slot, size.value() >> page_shift(level)));
        if (std::ranges::any_of(entries, &Entry::is_present)) {
            return base::Error::Exists;
        }
        base::u64 word = first.word();
        for (Entry& entry : entries) {
            Entry::store(entry, Entry{word});
            word += page_size(level).value();
        }
        walker_.note_added(place, entries.size());
        return page_size(level) * entries.size();
    }

    template <class Visit>
    base::Bytes clear(base::VirtualAddress start, base::Bytes size, base::usize limit, Gather& gather, Visit visit) {
        return walker_.for_each_run(start, size, limit, Walker<Memory>::kEverywhere, [&](Place& place, const Run& run) {
            base::u64 removed = 0;
            visit_changed(run, gather, [&](Entry& entry, base::VirtualAddress address) {
                if (!entry.is_present()) {
                    return false;
                }
                visit(address, Entry::exchange(entry, Entry{}), run.level);
                ++removed;
                return true;
            });
            if (removed != 0) {
                walker_.note_removed(place, run.start, removed);
            }
        });
    }

    /// Calls change(entry, address) for each entry of `run`, and gathers from the first for which it says true to the
    /// last.
    template <class Change>
    static void visit_changed(const Run& run, Gather& gather, Change change) {
        base::VirtualAddress address = run.start;
        base::VirtualAddress first{0};
        base::VirtualAddress end{0};
        bool any = false;
        for (Entry& entry : run.entries) {
            const bool changed = change(entry, address);
            if (changed && !any) {
                first = address;
                any = true;
            }
            address += page_size(run.level);
            end = changed ? address : end;
        }
        if (any) {
            gather.add(first, (end - first).value() >> page_shift(run.level), run.level);
        }
    }

    template <class Next>
    static void change(const Run& run, Gather& gather, Next next) {
        visit_changed(run, gather, [next](Entry& entry, base::VirtualAddress) {
            Entry old = entry;
            while (old.is_present() && next(old) != old) {
                if (Entry::compare_exchange(entry, old, next(old))) {
                    return true;
                }
            }
            return false;
        });
    }

    static Entry protect(Entry entry, const Protection& protection) {
        Entry result = entry.with_access(protection.access);
        if (protection.writes == Writes::Keep && !entry.is_writable()) {
            result = result.without_write();
        }
        return protection.key ? result.with_key(*protection.key) : result;
    }

    template <class Visit>
    static void take_marks(const Run& run, Marks marks, Gather& gather, Visit visit) {
        visit_changed(run, gather, [&](Entry& entry, base::VirtualAddress address) {
            const bool is_page = entry.is_present() && !leads_to_table(entry, run.level);
            if (!is_page || !entry.has_any(marks)) {
                return false;
            }
            visit(address, Entry::take_marks(entry, marks), run.level);
            return true;
        });
    }

    base::Bytes withhold_in_one_table(base::VirtualAddress start, base::Bytes size, Gather& gather) {
        int level = kTopLevel;
        while (level > 0 && (page_size(level) > size || !start.is_aligned(page_size(level)))) {
            --level;
        }
        const Place place = walker_.find(start, [level](Entry&, int of) { return of > level; });
        if (place.level > level) { // nothing is there
            return std::min(size, start.align_down(page_size(place.level)) + page_size(place.level) - start);
        }
        const base::usize slot = entry_index(start, level);
        const auto entries = place.table.subspan(slot, std::min(kEntries - slot, size.value() >> page_shift(level)));
        const base::usize grouped = entries.size() / kGroup * kGroup;
        base::usize first = grouped;
        base::usize end = 0;
        for (base::usize i = 0; i < grouped; i += kGroup) {
            if (Walker<Memory>::clear_write(entries.subspan(i).template first<kGroup>())) {
                first = std::min(first, i);
                end = i + kGroup;
            }
        }
        if (end != 0) {
            gather.add(start + page_size(level) * first, end - first, level);
        }
        withhold_one_by_one({start + page_size(level) * grouped, entries.subspan(grouped), level}, gather);
        return page_size(level) * entries.size();
    }

    static void withhold_one_by_one(const Run& run, Gather& gather) {
        visit_changed(run, gather, [](Entry& entry, base::VirtualAddress) {
            if (!entry.is_present() || !entry.is_writable()) {
                return false;
            }
            Entry::clear_write(entry);
            return true;
        });
    }

    static constexpr base::usize kGroup = Walker<Memory>::kGroup;

    Walker<Memory> walker_;
    int largest_level_;
};

} // namespace page_table
