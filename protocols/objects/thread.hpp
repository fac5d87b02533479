/// What the kernel schedules: abi::ThreadMethod.
#pragma once

#include "abi/arguments.hpp"
#include "libs/rpc/protocol.hpp"

namespace protocols::objects {

using rpc::u32;
using rpc::u64;

struct Thread {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::Thread;

    struct Start {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ThreadMethod::Start);

        struct Reply {};
    };

    struct WriteState {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ThreadMethod::WriteState);

        abi::ThreadRegisters registers;

        struct Reply {};
    };

    struct SetScheduling {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ThreadMethod::SetScheduling);

        abi::SchedulingArguments scheduling;

        struct Reply {};
    };

    struct SetAffinity {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::ThreadMethod::SetAffinity);

        abi::AffinityMask processors;

        struct Reply {};
    };

    using Methods = rpc::List<Start, WriteState, SetScheduling, SetAffinity>;
};

} // namespace protocols::objects
