/// The few words of AML, [acpi] 20, that can be read without an interpreter.
#pragma once

#include <span>

#include "base/byte_reader.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

namespace acpi::aml {

inline constexpr char kNameOp = 0x08;
inline constexpr char kPackageOp = 0x12;

/// The contents of a package, whose length comes first and counts itself: [acpi] 20.2.4. Corrupt, OutOfRange.
base::Result<std::span<const std::byte>> take_package(base::ByteReader& reader);

/// A constant: [acpi] 20.2.3. Corrupt if it is none; OutOfRange at the end.
base::Result<base::u64> read_integer(base::ByteReader& reader);

} // namespace acpi::aml
