/// What Firecracker leaves in a guest's memory for a kernel that is entered through PVH. Addresses and contents after
/// [firecracker] src/vmm/src/arch/x86_64/{layout,mod,mptable}.rs and src/vmm/src/acpi: start info without the address
/// of ACPI's root, a memory map that is not sorted, the root at 0xe0000, an MP table under 640 KiB.
#pragma once

#include <string>

#include "tests/hypervisors/firecracker/guest_memory.hpp"

namespace firecracker {

/// [firecracker] layout.rs.
inline constexpr std::uint64_t kStartInfo = 0x6000;

/// Which tables name the processors: since version 1.8 both do, before that only the MP table.
enum class Tables { AcpiAndMp, MpOnly };

struct Guest {
    int cpus = 1;
    Tables tables = Tables::AcpiAndMp;
    std::string command_line;
    std::string module; ///< path of the initial RAM disk; empty: none
};

/// Writes all of them. Ends the program when something does not fit.
void write_boot_structures(const GuestMemory& memory, const Guest& guest);

/// The MP table ([mp] 1.4, chapter 4) in the last KiB under 640 KiB.
void write_mp_table(const GuestMemory& memory, int cpus);

/// RSDP at 0xe0000; XSDT, FADT (reduced hardware), MADT and an empty DSDT from 0xa0000 on ([acpi] 6.5, chapter 5.2).
void write_acpi_tables(const GuestMemory& memory, int cpus);

/// The byte that makes the sum of all of them 0.
std::uint8_t checksum(std::span<const std::uint8_t> bytes);

} // namespace firecracker
