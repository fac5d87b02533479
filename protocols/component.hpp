/// What every component answers its supervisor.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace protocols {

using base::u64;
using base::u8;

struct Component {
    static constexpr rpc::ProtocolId id{"tessera.component", 1, 0};

    /// Stands for the name of an offer.
    static constexpr u64 offer_number(std::string_view name) {
        return rpc::ProtocolId{.name = name, .major = 0, .minor = 0}.number();
    }

    enum class Failure : base::u16 {
        NotOffered = 256, ///< it offers nothing of this name
    };

    /// Answered when it can serve.
    struct Ready {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kRead, .idempotent = true, .waits = true};

        struct Reply {};
    };

    /// A new client of an offer: its server's end, and what it may ask for.
    struct Serve {
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = abi::kExecute};
        using Slots = rpc::Gives<rpc::Moved<rpc::ServerEnd, abi::kRead | abi::kDelete>>;
        using Errors = rpc::Fails<Failure::NotOffered>;

        u64 offer;                 ///< offer_number() of its name
        u8 permissions;            ///< abi::Permissions
        rpc::Text<16> client;      ///< what the client is called, perhaps cut off
        rpc::Text<16, 4096> scope; ///< what of the provider's it is for; empty: all
        std::array<u8, 5> zero;

        static constexpr auto text = &Serve::scope;

        struct Reply {};
    };

    /// It ends soon: it finishes what it does, and exits.
    struct Stop {
        static constexpr rpc::Spec spec{.ordinal = 0x12, .needs = abi::kDelete, .idempotent = true};

        struct Reply {};
    };

    using Methods = rpc::List<Ready, Serve, Stop>;
};

} // namespace protocols
