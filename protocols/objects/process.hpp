/// Who holds capabilities: abi::ProcessMethod. `install` takes any capability and has no type: sdk/launch.
#pragma once

#include "abi/arguments.hpp"
#include "protocols/objects/ring.hpp"
#include "protocols/objects/thread.hpp"

namespace protocols::objects {

using rpc::Gives;
using rpc::Moved;
using rpc::Used;

struct Process {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::Process;

    struct State {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ProcessMethod::State);

        struct Reply {
            abi::ProcessState state;
        };
    };

    struct CreateRing {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ProcessMethod::CreateRing);

        u32 submissions;
        u32 completions;
        u32 window;
        u32 zero;
        u64 address; ///< 0: anywhere

        struct Reply {
            using Slots = Gives<Moved<Ring, abi::kAllPermissions>>;

            u64 address;
        };
    };

    struct CreateThread {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ProcessMethod::CreateThread);
        using Slots = Gives<Used<Ring, abi::kExecute>>;

        abi::CreateThreadArguments beginning;

        struct Reply {
            using Slots = Gives<Moved<Thread, abi::kAllPermissions>>;
        };
    };

    struct Kill {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ProcessMethod::Kill);

        struct Reply {};
    };

    /// Answered when it has ended.
    struct Wait {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ProcessMethod::Wait);

        struct Reply {
            abi::EndReport report;
        };
    };

    using Methods = rpc::List<State, CreateRing, CreateThread, Kill, Wait>;
};

} // namespace protocols::objects
