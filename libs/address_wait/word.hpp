/// Which word is waited for.
#pragma once

#include <compare>

#include "base/types.hpp"

namespace address_wait {

/// A word of a memory object, wherever that is mapped.
struct Word {
    base::u64 object; ///< its id, which no other one ever has: the object may be gone
    base::u64 offset; ///< in bytes

    friend constexpr auto operator<=>(const Word&, const Word&) = default;
};

} // namespace address_wait
