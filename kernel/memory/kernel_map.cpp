#include "kernel/memory/kernel_map.hpp"

#include <algorithm>

#include "kernel/arch/current.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "kernel/sanitizer/kasan.hpp"

namespace kernel::memory {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::VirtualAddress;
using page_table::Access;
using page_table::Owner;

namespace {

/// Below lie the interrupt table, firmware data and the pages that processors will start from.
constexpr PhysicalAddress kFirstUsable{1 << 20};

using Mapper = KernelMapper;

/// A range that the physical map shows.
struct Shown {
    PhysicalAddress start;
    PhysicalAddress end;
    Access access;
};

Result<void> show_page_by_page(Mapper& mapper, const Shown& shown) {
    constexpr Bytes kPage{base::kPageSize};
    for (PhysicalAddress page = shown.start; page < shown.end; page = page + kPage) {
        if (!mapper.translate(Arch::physical_map_address(page))) {
            TRY(mapper.map(Arch::physical_map_address(page), page, kPage, shown.access, Owner::Kernel));
        }
    }
    return {};
}

/// Neighbours that are not page-aligned (tables, modules) may share a page: what is shown already stays as it is.
Result<void> show(Mapper& mapper, Shown shown) {
    shown.start = shown.start.align_down(Bytes{base::kPageSize});
    shown.end = shown.end.align_up(Bytes{base::kPageSize});
    const auto done = mapper.map(Arch::physical_map_address(shown.start), shown.start, shown.end - shown.start,
                                 shown.access, Owner::Kernel);
    return done || done.error() != Error::Exists ? done : show_page_by_page(mapper, shown);
}

bool is_memory(boot::MemoryType type) {
    return type == boot::MemoryType::Usable || type == boot::MemoryType::AcpiReclaimable ||
           type == boot::MemoryType::AcpiStorage;
}

Result<void> show_all(Mapper& mapper, const boot::BootInfo& info) {
    TRY(show(mapper, {PhysicalAddress{0}, kFirstUsable, Access::ReadWrite}));
    TRY(show(mapper, {Arch::image_start(), Arch::image_data_start(), Access::Read}));
    TRY(show(mapper, {Arch::image_data_start(), Arch::image_end(), Access::ReadWrite}));
    for (const boot::MemoryRange& range : info.memory.ranges()) {
        if (is_memory(range.type) && range.end() > kFirstUsable) {
            TRY(show(mapper, {std::max(range.start, kFirstUsable), range.end(), Access::ReadWrite}));
        }
    }
    for (const boot::Module& module : info.modules()) {
        TRY(show(mapper, {module.start, module.start + module.size, Access::Read}));
    }
    return {};
}

/// Address spaces copy the top-level entries of the kernel half once: none may come later.
Result<void> make_top_entries(Mapper& mapper, const boot::BootInfo& info) {
    constexpr Bytes kSpan = page_table::page_size(page_table::kTopLevel);
    for (PhysicalAddress at{0}; at < info.memory.usable_end(); at += kSpan) {
        TRY(mapper.make_top_entry(Arch::physical_map_address(at)));
    }
    for (Bytes offset{0}; offset < Arch::kRegionsBytes; offset += kSpan) {
        TRY(mapper.make_top_entry(Arch::kRegions + offset));
    }
    return {};
}

/// A shadow for all memory that frames come from.
Result<void> cover_frames(const boot::BootInfo& info, FrameAllocator& frames) {
    for (const boot::MemoryRange& range : info.memory.ranges()) {
        if (range.type == boot::MemoryType::Usable &&
            !sanitizer::cover(Arch::physical_bytes(range.start, range.size), frames)) {
            return Error::NoMemory;
        }
    }
    frames.start_poisoning();
    return {};
}

} // namespace

Result<void> take_over(const boot::BootInfo& info, const MemoryNodes& nodes, FrameAllocator& frames) {
    frames.initialize(info.memory, kFirstUsable);
    KernelTables tables(frames);
    const PhysicalAddress top = TRY(tables.allocate_table());
    Mapper mapper(tables, top, Arch::largest_page_level());
    TRY(show_all(mapper, info));
    TRY(make_top_entries(mapper, info));
    Arch::enter_kernel_tables(top);
    TRY(cover_frames(info, frames));
    return frames.open(nodes);
}

Result<Mapping> look_up(VirtualAddress address) {
    KernelTables tables;
    Mapper mapper(tables, Arch::current_tables(), 0);
    const page_table::Translation found = TRY(mapper.translate(address));
    return Mapping{.physical = found.address,
                   .writable = found.entry.is_writable(),
                   .executable = found.entry.is_executable(),
                   .user = found.entry.is_user(),
                   .page_size = page_table::page_size(found.level)};
}

} // namespace kernel::memory
