/// What the kernel tells KernelAddressSanitizer. In kernels without it every function is empty.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/types.hpp"

namespace kernel::memory {
class FrameAllocator;
} // namespace kernel::memory

namespace kernel::sanitizer {

/// Why bytes must not be touched; the values are those a report prints.
enum class Poison : base::u8 {
    FreeFrame = 0xff,
    FreeObject = 0xfb,
    Redzone = 0xfa,
};

/// Gives `memory`, a page-aligned part of the physical map, a shadow of its own, taken from `frames`, all good at
/// first. Returns false when the frames do not suffice.
[[nodiscard]] bool cover(std::span<std::byte> memory, memory::FrameAllocator& frames);

/// Any access to `memory` is reported from now on. It starts at a multiple of 8 bytes, and
/// what is left of the last 8 is poisoned too; the range is covered.
void poison(std::span<std::byte> memory, Poison reason);

/// `memory`, which starts at a multiple of 8 bytes, may be used again.
void unpoison(std::span<std::byte> memory);

/// Whether any of this does anything.
bool is_on();
/// Reports `memory` if it is free: it is freed a second time.
void check_not_freed(std::span<std::byte> memory);

/// "KASAN" or "none", for the boot log.
std::string_view name();

} // namespace kernel::sanitizer
