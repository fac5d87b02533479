/// Large pages become tables of smaller ones, and the other way round.
#pragma once

#include "base/result.hpp"
#include "base/units.hpp"
#include "libs/page_table/gather.hpp"
#include "libs/page_table/walker.hpp"

namespace page_table {

/// Replaces `page`, a page of `level` above 0, by a table of pieces that map the same. `address` lies in it. An error,
/// the memory's own, changes nothing. No translation changes, and no mark is lost.
template <TableMemory Memory>
base::Result<void> split(Walker<Memory>& walker, Entry& page, int level, base::VirtualAddress address) {
    const base::PhysicalAddress pieces = TRY(walker.memory().allocate_table());
    const Entry table = Entry::table(pieces, Walker<Memory>::table_owner(address), kEntries);
    Entry whole = page;
    do { // once more when the processor marked the page meanwhile
        base::Bytes offset{0};
        for (Entry& piece : walker.memory().table(pieces)) {
            piece = whole.piece(offset, level - 1 != 0);
            offset += page_size(level - 1);
        }
        // Its pieces keep the mark, and a harvest looks for marks only below entries that have it.
    } while (!Entry::compare_exchange(page, whole, whole.is_accessed() ? table.as_accessed() : table));
    return {};
}

/// Splits the large page that reaches over `border`, if there is one, until a page begins there.
template <TableMemory Memory>
base::Result<void> split_at(Walker<Memory>& walker, base::VirtualAddress border) {
    while (true) {
        const Place place = walker.find(border);
        Entry& entry = place.entry(border);
        if (!entry.is_present() || border.is_aligned(page_size(place.level))) {
            return {};
        }
        TRY(split(walker, entry, place.level, border));
    }
}

/// Sees to it that pages begin and end at both borders of [start, start + size), which is mappable.
template <TableMemory Memory>
base::Result<void> split_borders(Walker<Memory>& walker, base::VirtualAddress start, base::Bytes size) {
    if (is_in_one_leaf(start, size) && walker.find_leaf(start).leading != nullptr) {
        return {}; // in one table of small pages
    }
    TRY(split_at(walker, start));
    const base::VirtualAddress end = start + size;
    return is_canonical(end) && end != base::VirtualAddress{0} ? split_at(walker, end) : base::Result<void>{};
}

/// The one page that the 512 entries of `table`, of `level` - 1, could be: same attributes, frames in a row from one
/// that is aligned. NotFound if they are no such thing.
inline base::Result<Entry> joined(Table table, int level) {
    const bool pieces_are_large = level - 1 != 0;
    const Entry first = table[0];
    if (!first.is_present() || first.is_large() != pieces_are_large || !first.address().is_aligned(page_size(level))) {
        return base::Error::NotFound;
    }
    const Entry whole = first.without_marks().piece(base::Bytes{0}, true);
    Entry marks;
    base::Bytes offset{0};
    for (const Entry entry : table) {
        if (entry.without_marks() != whole.piece(offset, pieces_are_large)) {
            return base::Error::NotFound;
        }
        marks = marks.with_marks_of(entry);
        offset += page_size(level - 1);
    }
    return whole.with_marks_of(marks);
}

} // namespace page_table
