/// The machine itself: abi::MachineMethod.
#pragma once

#include "abi/device_arguments.hpp"
#include "protocols/objects/budget.hpp"

namespace protocols::objects {

struct Machine {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::Machine;

    struct PowerOff {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MachineMethod::PowerOff);

        struct Reply {};
    };

    struct Reset {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MachineMethod::Reset);

        struct Reply {};
    };

    struct WallClock {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MachineMethod::WallClock);

        struct Reply {
            u64 since_1970; ///< nanoseconds
        };
    };

    /// The boot bundle.
    struct Bundle {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MachineMethod::Bundle);
        using Slots = Gives<Used<Budget, abi::kExecute>>;

        struct Reply {
            using Slots = Gives<Moved<Memory, abi::kRead | abi::kExecute | abi::kGrant | abi::kDelegate>>;

            u64 offset; ///< of it in the Memory
            u64 bytes;
        };
    };

    /// The page that the clock is read from, for those that are launched.
    struct ClockPage {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MachineMethod::ClockPage);
        using Slots = Gives<Used<Budget, abi::kExecute>>;

        struct Reply {
            using Slots = Gives<Moved<Memory, abi::kRead | abi::kGrant | abi::kDelegate>>;
        };
    };

    using Methods = rpc::List<PowerOff, Reset, WallClock, Bundle, ClockPage>;
};

} // namespace protocols::objects
