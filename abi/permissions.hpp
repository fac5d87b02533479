/// What a capability lets its holder do.
#pragma once

#include "abi/types.hpp"

namespace abi {

/// A set of permissions. Structural, so that it can be an argument of a template.
struct Permissions {
    u8 bits = 0; ///< six bits; the others are zero

    friend constexpr Permissions operator|(Permissions a, Permissions b) { return {static_cast<u8>(a.bits | b.bits)}; }

    friend constexpr Permissions operator&(Permissions a, Permissions b) { return {static_cast<u8>(a.bits & b.bits)}; }

    friend constexpr bool operator==(Permissions, Permissions) = default;

    /// Whether all of `needed` are in it.
    [[nodiscard]] constexpr bool covers(Permissions needed) const { return (bits & needed.bits) == needed.bits; }

    [[nodiscard]] constexpr bool is_empty() const { return bits == 0; }
};

inline constexpr Permissions kRead{1 << 0};
inline constexpr Permissions kWrite{1 << 1};
inline constexpr Permissions kExecute{1 << 2};
inline constexpr Permissions kDelete{1 << 3};   ///< to end the object for everybody
inline constexpr Permissions kGrant{1 << 4};    ///< to derive children from it
inline constexpr Permissions kDelegate{1 << 5}; ///< to move it to another process
inline constexpr Permissions kAllPermissions{0x3f};

} // namespace abi
