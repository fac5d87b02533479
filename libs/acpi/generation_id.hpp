/// Where a hypervisor keeps the number that changes when a machine goes on from a copy of itself: [vmgenid], "Virtual
/// Machine Generation ID".
#pragma once

#include <cstddef>
#include <span>

#include "base/result.hpp"
#include "base/units.hpp"

namespace acpi {

inline constexpr base::Bytes kGenerationIdBytes{16};

/// Finds it in the code of a DSDT or SSDT without running it: a device "VM_Gen_Counter" whose ADDR is a package of two
/// constants (as Firecracker writes it), or QEMU's name VGIA, the page in which the number stands 40 bytes from the
/// start (QEMU, docs/specs/vmgenid). NotFound if there is no such device; Unsupported if it computes its address
/// otherwise.
base::Result<base::PhysicalAddress> generation_id_address(std::span<const std::byte> code);

} // namespace acpi
