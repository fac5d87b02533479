/// The Multiboot2 door's boot structure: [multiboot2] 3.6.
#pragma once

#include <string_view>

#include "base/units.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/boot/physical_reader.hpp"

namespace boot {

/// Fills `info` from the information structure at `start`. Returns what is wrong with it in a few words, or nothing if
/// it is good; then the memory map is normalized and holds at least one usable page, less what the modules and the
/// structure itself occupy. The structure stays reserved, at most 1 MiB of it, because `info.acpi_root` points into it.
/// The command line and the ACPI root are read as far as the tags before the first broken one give them.
[[nodiscard]] std::string_view read_multiboot2(const PhysicalReader& memory, base::PhysicalAddress start,
                                               BootInfo& info);

} // namespace boot
