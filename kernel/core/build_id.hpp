/// The number by which a report finds the unstripped file it belongs to.
#pragma once

#include <cstddef>
#include <span>

namespace kernel::core {

/// The linker's hash of this image, from its note; empty if there is none.
std::span<const std::byte> build_id();

} // namespace kernel::core
