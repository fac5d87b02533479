/// Pointers as numbers.
#pragma once

#include <bit>

#include "base/types.hpp"

namespace base {

/// Where `thing`, an object or a function, stands. The number cannot be used to reach it.
template <class T>
[[nodiscard, gnu::always_inline]] inline u64 address_of(T* thing) {
    return std::bit_cast<u64>(thing);
}

} // namespace base
