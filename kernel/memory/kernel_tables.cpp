#include "kernel/memory/kernel_tables.hpp"

#include "kernel/arch/current.hpp"

#pragma clang unsafe_buffer_usage begin

namespace kernel::memory {

page_table::Table KernelTables::table(base::PhysicalAddress table) {
    const auto bytes = Arch::physical_bytes(table, base::Bytes{base::kPageSize});
    // SAFETY: a table is a page of 512 entries of eight bytes, aligned to its size.
    return page_table::Table(reinterpret_cast<page_table::Entry*>(bytes.data()), page_table::kEntries);
}

} // namespace kernel::memory

#pragma clang unsafe_buffer_usage end
