/// The page in which other processors begin.
#pragma once

#include <span>

#include "base/types.hpp"
#include "base/units.hpp"

namespace kernel::arch::x86_64 {

/// What a processor needs before it can run C++: its own stack and area. Known to trampoline.S.
struct StartingPlace {
    base::u64 hardware_id;
    base::u64 stack_top;
    base::u64 area;
};

static_assert(sizeof(StartingPlace) == 24);

/// Copies the code into `page`, bytes of the physical map that stand at physical address `address` below 1 MiB.
/// Processors that begin there use the page tables at `tables` (below 4 GiB, showing the page one to one), look
/// themselves up in `places` by their identifier, and call `entry` with their area.
void fill_trampoline(std::span<std::byte> page, base::PhysicalAddress address, base::PhysicalAddress tables,
                     std::span<const StartingPlace> places, void (*entry)(void* area));

} // namespace kernel::arch::x86_64
