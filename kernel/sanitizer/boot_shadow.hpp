/// The shadow as it stands before the kernel knows its memory: real for the image, one shared page of zeros elsewhere.
#pragma once

#include "base/types.hpp"

namespace kernel::sanitizer {

struct alignas(4096) TopLevelTable {
    base::u64 entry[512];
};

/// Adds the shadow to the top-level table that the first processor starts with. Runs at physical addresses, before
/// relocation; `slide` is the image's. Does nothing in kernels without KASAN.
void map_boot_shadow(TopLevelTable& top, base::u64 slide);

} // namespace kernel::sanitizer
