/// Bits that others wait for: abi::EventMethod.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace protocols::objects {

using rpc::u64;

struct Event {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::Event;

    struct Signal {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::EventMethod::Signal);

        u64 bits;

        struct Reply {};
    };

    struct Clear {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::EventMethod::Clear);

        u64 bits;

        struct Reply {};
    };

    struct Bits {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::EventMethod::Bits);

        struct Reply {
            u64 bits;
        };
    };

    using Methods = rpc::List<Signal, Clear, Bits>;
};

} // namespace protocols::objects
