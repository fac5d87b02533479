/// The one place where an invocation is admitted: complete mediation.
#pragma once

#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "libs/capability/slot.hpp"

namespace capability {

/// What an invocation needs. Kind None: any.
struct Need {
    abi::ObjectKind kind = abi::ObjectKind::None;
    abi::Permissions permissions{};
};

/// Whether the capability with `state`, which was found, live, under its handle, may be used so at `now`. In this
/// order: WrongType; AccessDenied: a permission is missing or policy took it; Expired. `now()` is asked only of a
/// capability that can expire: reading the clock costs more than all the rest.
template <class Now>
[[nodiscard]] base::Result<void> admit(const Slot& slot, SlotState state, Need need, Now now) {
    if (need.kind != abi::ObjectKind::None && state.get<SlotLayout::Kind>() != need.kind) [[unlikely]] {
        return base::Error::WrongType;
    }
    if (!abi::Permissions{state.get<SlotLayout::Effective>()}.covers(need.permissions)) [[unlikely]] {
        return base::Error::AccessDenied;
    }
    const base::Nanoseconds expiry{slot.expiry()};
    if (expiry != kNever && now() >= expiry) [[unlikely]] {
        return base::Error::Expired;
    }
    return {};
}

} // namespace capability
