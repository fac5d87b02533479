/// Puts a kernel into a guest's memory.
#pragma once

#include <string>
#include <vector>

#include "tests/hypervisors/firecracker/guest_memory.hpp"

namespace firecracker {

/// Loads the ELF64 file and returns its PVH entry ([xen] elfnote.h: XEN_ELFNOTE_PHYS32_ENTRY). Ends the program when
/// there is none.
std::uint32_t load_kernel(const GuestMemory& memory, const std::string& path);

/// The file's bytes; ends the program when it cannot be read.
std::vector<std::uint8_t> read_file(const std::string& path);

} // namespace firecracker
