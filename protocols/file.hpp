/// Files of a connection. Each is named by the id that Directory::Open answered; 0 is what the connection is rooted at.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace protocols {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

/// Every method may answer BadHandle: no such id; and AccessDenied: the id was opened with less.
struct File {
    static constexpr rpc::ProtocolId id{"tessera.file", 1, 0};

    enum class Failure : u16 {
        NoSpace = 256, ///< nothing of it was written
        TooLarge,      ///< longer than a file can be
        IsADirectory,
    };

    struct Read {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kRead, .idempotent = true};
        using Leases = rpc::Lends<rpc::Out>;
        using Errors = rpc::Fails<Failure::IsADirectory>;

        u64 id;
        u64 offset; ///< in bytes

        struct Reply {
            u64 count; ///< bytes; 0: the end of the file
        };
    };

    struct Write {
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = abi::kWrite, .idempotent = true};
        using Leases = rpc::Lends<rpc::In>;
        using Errors = rpc::Fails<Failure::NoSpace, Failure::TooLarge, Failure::IsADirectory>;

        u64 id;
        u64 offset; ///< what lies between the end and here becomes zeros

        struct Reply {
            u64 count; ///< bytes: all
        };
    };

    /// Ends an id; of any kind. Needs nothing, for what was opened to write is closed too. 0 is BadHandle: that ends
    /// with the connection.
    struct Close {
        static constexpr rpc::Spec spec{.ordinal = 0x13};

        u64 id;

        struct Reply {};
    };

    /// Makes a connection of its own of an id, to hand on: a File's or a Directory's, as the id is. Its end came with
    /// the request, so its client may call before this is answered; the last one that holds it ends it. AccessDenied:
    /// more is wanted than the id was opened with.
    struct Delegate {
        static constexpr rpc::Spec spec{.ordinal = 0x14, .needs = abi::kGrant};
        using Slots = rpc::Gives<rpc::Moved<rpc::ServerEnd, abi::kRead>>;

        u64 id;
        abi::Permissions want;
        std::array<u8, 7> zero;

        struct Reply {};
    };

    using Methods = rpc::List<Read, Write, Close, Delegate>;
};

static_assert(rpc::Protocol<File>);

} // namespace protocols
