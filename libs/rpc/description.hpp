/// The words in which a protocol is written; docs/protocols.md shows them in use.
///
///     struct Counter {
///         static constexpr rpc::ProtocolId id{"example.counter", 1, 0};
///         enum class Failure : u16 { Full = 256 };
///         struct Add {
///             static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kWrite};
///             using Errors = rpc::Fails<Failure::Full>;
///             u64 amount;
///             struct Reply { u64 sum; };
///         };
///         using Methods = rpc::List<Add>;
///     };
#pragma once

#include <string_view>

#include "abi/methods.hpp"
#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "abi/slot_word.hpp"
#include "base/types.hpp"

namespace rpc {

using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

/// What is said of a method besides its fields.
struct Spec {
    u16 ordinal;              ///< 0x10 to 0x7ef
    abi::Permissions needs{}; ///< of the caller, all of them
    bool idempotent = false;  ///< may be repeated when its server died
    bool one_way = false;     ///< has no answer
    bool waits = false;       ///< may wait long: the server hears of a caller that gave up
    u32 max_us = 0;           ///< the longest that it takes, in microseconds; 0: not said
    u8 first_bytes = 0;       ///< of the request before fields were appended to it; 0: none were
    u8 first_reply_bytes = 0; ///< the same of the reply
    u16 object_method = 0;    ///< of an object of the kernel: abi::object_method(); 0: of a protocol
};

/// Of a method of the kernel's objects: what abi/methods.hpp says of it.
template <class Method>
consteval Spec spec_of(abi::ObjectKind kind, Method method) {
    const u16 number = abi::object_method(kind, static_cast<u8>(method));
    return {.ordinal = static_cast<u8>(method), .needs = abi::find_method(number)->needs, .object_method = number};
}

/// Which protocol it is. Another major is another protocol; a minor appends methods and fields.
struct ProtocolId {
    std::string_view name;
    u16 major;
    u16 minor;

    /// Tells protocols apart on the wire: FNV-1a of the name [RFC 9923].
    [[nodiscard]] constexpr u64 number() const {
        u64 hash = 0xcbf2'9ce4'8422'2325;
        for (const char letter : name) {
            hash = (hash ^ static_cast<u8>(letter)) * 0x100'0000'01b3;
        }
        return hash;
    }

    /// The domain of its errors: never 0, which is that of abi::Error.
    [[nodiscard]] constexpr u16 domain() const {
        const u64 mixed = number() + major;
        const auto folded = static_cast<u16>(mixed ^ mixed >> 16 ^ mixed >> 32 ^ mixed >> 48);
        return folded == 0 ? u16{1} : folded;
    }
};

/// The methods of a protocol.
template <class... M>
struct List {};

/// The failures that a method may answer besides the abi::Errors of all.
template <auto... F>
struct Fails {};

/// What a method borrows: In and Out, at most two.
template <class... L>
struct Lends {};

/// The server copies out of it.
struct In {};

/// The server copies into it.
struct Out {};

/// What capabilities a request or reply carries, in this order.
template <class... S>
struct Gives {};

/// The capability itself: its holder needs Delegate, and has it no longer. `P`: a protocol or a kind of object.
template <class P, abi::Permissions R>
struct Moved {
    using Target = P;
    static constexpr abi::Permissions kPermissions = R;
    static constexpr abi::SlotMode kMode = abi::SlotMode::Move;
};

/// A child of it with these permissions, made by sending: its holder needs Grant, and keeps it.
template <class P, abi::Permissions R>
struct Shared {
    using Target = P;
    static constexpr abi::Permissions kPermissions = R;
    static constexpr abi::SlotMode kMode = abi::SlotMode::Derive;
};

/// Of methods of the kernel: it is used with these permissions while the call lasts, and nobody gets it.
template <class P, abi::Permissions R>
struct Used {
    using Target = P;
    static constexpr abi::Permissions kPermissions = R;
    static constexpr abi::SlotMode kMode = abi::SlotMode::Lend;
};

/// The end of a channel that receives.
struct ServerEnd {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::ChannelServer;
};

/// Ordinal n is this plus n on the wire.
inline constexpr u16 kFirstMethod = 0x8000;
inline constexpr u16 kFirstOrdinal = 0x10; ///< those below are of all protocols
inline constexpr u16 kLastOrdinal = 0x7ef;

} // namespace rpc
