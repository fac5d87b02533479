/// What a lock protects, and where it stands in the order in which locks may be taken.
#pragma once

#include <string_view>

#include "base/types.hpp"

namespace base {

/// All locks of one class may be taken under locks of a lower rank only. Two of the same class nest only
/// in Guarded::with_both().
struct LockClass {
    u16 rank;
    std::string_view name;
};

} // namespace base
