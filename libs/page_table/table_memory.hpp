/// Where page tables come from and how they are reached.
#pragma once

#include <concepts>
#include <span>

#include "base/result.hpp"
#include "base/units.hpp"
#include "libs/page_table/address_range.hpp"
#include "libs/page_table/page_table_entry.hpp"

namespace page_table {

using Table = std::span<Entry, kEntries>;

/// What a Mapper asks of its user. Tables are charged here: a refusal, whatever its error, reaches who asked, and
/// nothing has changed.
template <class M>
concept TableMemory = requires(M& memory, base::PhysicalAddress table) {
    /// A new table, all entries absent.
    { memory.allocate_table() } -> std::same_as<base::Result<base::PhysicalAddress>>;
    { memory.table(table) } -> std::same_as<Table>;
};

/// Memory that also takes back tables that became empty. CPUs may still walk through them: it must not use their frames
/// for anything else before what the Gather holds was flushed everywhere. A tree belongs to one kind of memory: only
/// under this one its tables are counted.
template <class M>
concept ReleasesTables =
    TableMemory<M> && requires(M& memory, base::PhysicalAddress table) { memory.release_table(table); };

} // namespace page_table
