/// What to write to the sleep registers to switch the machine off, without an interpreter of AML.
#pragma once

#include <span>

#include "base/result.hpp"
#include "base/types.hpp"

namespace acpi {

/// The values of SLP_TYP, 0 to 7, [acpi] 7.4.2.
struct S5 {
    base::u8 type_a = 0; ///< for PM1a control, or the sleep control register
    base::u8 type_b = 0; ///< for PM1b control
};

/// Searches the definition block `aml`, the DSDT or an SSDT, for the package named `_S5_` by its bytes: firmware writes
/// it as a constant at the top. NotFound if there is none; Corrupt if what is there is not such a package.
[[nodiscard]] base::Result<S5> sleep_type_s5(std::span<const std::byte> aml);

} // namespace acpi
