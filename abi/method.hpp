/// The numbers by which a submission names what is to be done.
#pragma once

#include "abi/object_kind.hpp"
#include "abi/types.hpp"

namespace abi {

/// Act on the handle itself, whatever it names.
enum class HandleMethod : u16 {
    Null,      ///< resolves and checks, does nothing
    Inspect,   ///< kind, permissions, expiry, id of the object
    Derive,    ///< a child with fewer or equal permissions; needs Grant
    Drop,      ///< gives the handle back; needs nothing
    Revoke,    ///< ends all descendants; needs Grant
    SetExpiry, ///< earlier, for the whole subtree
};

inline constexpr u16 kLastHandleMethod = 0x00ff;
inline constexpr u16 kFirstObjectMethod = 0x0100;
inline constexpr u16 kFirstProtocolMethod = 0x8000; ///< from here on they pass through a Channel unseen

enum class MethodClass : u8 { Handle, Object, Protocol };

constexpr MethodClass class_of(u16 method) {
    if (method >= kFirstProtocolMethod) {
        return MethodClass::Protocol;
    }
    return method >= kFirstObjectMethod ? MethodClass::Object : MethodClass::Handle;
}

/// The kind of object that an object method is for.
constexpr ObjectKind kind_of(u16 method) { return static_cast<ObjectKind>(method >> 8); }

/// The method `number` of `kind`.
constexpr u16 object_method(ObjectKind kind, u8 number) {
    return static_cast<u16>(static_cast<u16>(kind) << 8 | number);
}

static_assert(object_method(ObjectKind::Budget, 0) == kFirstObjectMethod);
static_assert(object_method(ObjectKind::Debug, 0xff) < kFirstProtocolMethod);

} // namespace abi
