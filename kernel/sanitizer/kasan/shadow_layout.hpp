/// Where KASAN's shadow lies.
#pragma once

#include "base/types.hpp"

namespace kernel::sanitizer {

/// -asan-mapping-offset in cmake/toolchains/kernel.cmake.
inline constexpr base::u64 kShadowOffset = 0xdffffc0000000000;
inline constexpr base::u64 kShadowScale = 3;
/// Top-level entries of the shadow of the whole kernel half.
inline constexpr base::usize kFirstShadowSlot = 472;
inline constexpr base::usize kLastShadowSlot = 503;

/// The shadow byte of `address`.
constexpr base::u64 shadow_of(base::u64 address) { return (address >> kShadowScale) + kShadowOffset; }

static_assert((shadow_of(0xffff800000000000) >> 39 & 511) == kFirstShadowSlot);
static_assert((shadow_of(0xffffffffffffffff) >> 39 & 511) == kLastShadowSlot);

} // namespace kernel::sanitizer
