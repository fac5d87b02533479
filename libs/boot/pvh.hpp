/// The PVH door's boot structure: [xen] public/arch-x86/hvm/start_info.h.
#pragma once

#include <string_view>

#include "base/units.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/boot/physical_reader.hpp"

namespace boot {

/// Fills `info` from the hvm_start_info at `start`. Returns what is wrong with it in a few words, or nothing if it is
/// good; then the memory map is normalized and holds at least one usable page, less what the modules occupy.
[[nodiscard]] std::string_view read_pvh(const PhysicalReader& memory, base::PhysicalAddress start, BootInfo& info);

} // namespace boot
