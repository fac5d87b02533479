/// The components of a running system, for who watches over them. Served by init.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace protocols {

using base::u32;
using base::u64;
using base::u8;

/// Components have numbers, the same as long as the system runs: 0 and up, in the order of their names.
struct Control {
    static constexpr rpc::ProtocolId id{"tessera.control", 1, 0};

    enum class Failure : base::u16 {
        NotFound = 256, ///< there is no such component, or no such route
        NotRunning,
        IsRunning,
        SystemEnds, ///< nothing is started any more
    };

    enum class State : u8 {
        Waiting, ///< nobody has wanted it yet
        Running,
        Pausing, ///< between two starts
        Ended,   ///< in good order, and not started again
        Failed,  ///< and given up
        Stopped, ///< told to
    };

    /// What a route leads to that is no component.
    static constexpr u32 kNobody = ~u32{0};

    struct Find {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kRead, .idempotent = true};
        using Errors = rpc::Fails<Failure::NotFound>;

        rpc::Text<24> name;

        struct Reply {
            u32 number;
        };
    };

    struct Describe {
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = abi::kRead, .idempotent = true};
        using Errors = rpc::Fails<Failure::NotFound>;

        u32 number;

        struct Reply {
            u64 memory_used;  ///< bytes, at this moment; 0 unless it runs
            u64 memory_limit; ///< bytes
            u32 starts;       ///< so far
            u32 routes;
            State state;
            rpc::Text<24> name;
            std::array<u8, 6> zero;
        };
    };

    /// A route of a component, by its place among them.
    struct DescribeRoute {
        static constexpr rpc::Spec spec{.ordinal = 0x12, .needs = abi::kRead, .idempotent = true};
        using Errors = rpc::Fails<Failure::NotFound>;

        u32 number; ///< of the component
        u32 route;

        struct Reply {
            u32 provider; ///< a component; kNobody: the kernel or init
            u8 permissions;
            rpc::Text<24> name;
            std::array<u8, 2> zero;
        };
    };

    /// One that waits, or is over: also if it was given up, and what was then is forgotten.
    struct Start {
        static constexpr rpc::Spec spec{.ordinal = 0x13, .needs = abi::kExecute};
        using Errors = rpc::Fails<Failure::NotFound, Failure::IsRunning, Failure::SystemEnds>;

        u32 number;

        struct Reply {};
    };

    /// Asks it to end, ends it if it does not in its time, and answers then. It is not started again by itself.
    struct Stop {
        static constexpr rpc::Spec spec{.ordinal = 0x14, .needs = abi::kExecute, .waits = true};
        using Errors = rpc::Fails<Failure::NotFound, Failure::NotRunning>;

        u32 number;

        struct Reply {};
    };

    /// Ends it at once, as if it had crashed: whether it is started again is its description's affair.
    struct Kill {
        static constexpr rpc::Spec spec{.ordinal = 0x15, .needs = abi::kExecute, .waits = true};
        using Errors = rpc::Fails<Failure::NotFound, Failure::NotRunning>;

        u32 number;

        struct Reply {};
    };

    /// Stop, if it runs, then Start.
    struct Restart {
        static constexpr rpc::Spec spec{.ordinal = 0x16, .needs = abi::kExecute, .waits = true};
        using Errors = rpc::Fails<Failure::NotFound, Failure::SystemEnds, Failure::IsRunning>;

        u32 number;

        struct Reply {};
    };

    using Methods = rpc::List<Find, Describe, DescribeRoute, Start, Stop, Kill, Restart>;
};

static_assert(rpc::Protocol<Control>);

} // namespace protocols
