/// What a capability says, and how a child's may differ from its parent's.
#pragma once

#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace capability {

class Target;

/// Time without an end.
inline constexpr base::Nanoseconds kNever{0};

struct Contents {
    Target* target = nullptr;
    abi::Permissions permissions{};
    abi::Permissions effective{}; ///< what policy leaves of them
    base::u64 qualifier = 0;
    base::Nanoseconds expiry = kNever; ///< from then on it cannot be used
};

/// What a child shall have. It cannot get more than its parent: what it asks beyond is an error or is cut off.
struct DeriveRequest {
    abi::Permissions mask = abi::kAllPermissions; ///< permissions outside of it are cut off
    base::Nanoseconds expiry = kNever;            ///< kNever: the parent's
    bool has_qualifier = false;                   ///< false: the parent's
    base::u64 qualifier = 0;
};

/// A part of what an object has many of: pages of a Memory, ports, interrupt lines.
struct Window {
    base::u32 first;
    base::u32 count;

    static constexpr Window from(base::u64 qualifier) {
        return {static_cast<base::u32>(qualifier), static_cast<base::u32>(qualifier >> 32)};
    }

    [[nodiscard]] constexpr base::u64 qualifier() const { return static_cast<base::u64>(count) << 32 | first; }

    [[nodiscard]] constexpr bool contains(Window inner) const {
        const base::u64 end = static_cast<base::u64>(first) + count;
        return inner.first >= first && static_cast<base::u64>(inner.first) + inner.count <= end;
    }
};

/// How a kind reads its qualifier.
enum class QualifierKind : base::u8 {
    None,   ///< always 0
    Badge,  ///< can be set once, where it is 0
    Window, ///< can only shrink
    Mask,   ///< can only lose bits
};

QualifierKind qualifier_of(abi::ObjectKind kind);

/// What a child of `parent` has. The parent's right to have children is checked before. InvalidArgument: an expiry
/// later than the parent's, or a qualifier that is not narrower.
base::Result<Contents> narrow(abi::ObjectKind kind, const Contents& parent, const DeriveRequest& request);

} // namespace capability
