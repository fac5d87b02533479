/// Who pays: abi::BudgetMethod.
#pragma once

#include "protocols/objects/address_space.hpp"
#include "protocols/objects/event.hpp"
#include "protocols/objects/process.hpp"

namespace protocols::objects {

/// Tells nothing of its server: a channel whose protocol is said later.
struct ClientEnd {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::ChannelClient;
};

struct Budget {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::Budget;

    struct Usage {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::Usage);

        struct Reply {
            abi::BudgetUsage usage;
        };
    };

    struct CreateMemory {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::CreateMemory);

        u64 bytes;
        u64 is_fixed; ///< 1: its size never changes

        struct Reply {
            using Slots = Gives<Moved<Memory, abi::kAllPermissions>>;
        };
    };

    struct CreateProcess {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::CreateProcess);

        u64 flags; ///< abi::kMayWriteDebug

        struct Reply {
            using Slots = Gives<Moved<Process, abi::kAllPermissions>, Moved<AddressSpace, abi::kAllPermissions>>;
        };
    };

    struct CreateEvent {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::CreateEvent);

        struct Reply {
            using Slots = Gives<Moved<Event, abi::kAllPermissions>>;
        };
    };

    struct CreateChannel {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::CreateChannel);

        struct Reply {
            using Slots = Gives<Moved<rpc::ServerEnd, abi::kAllPermissions>, Moved<ClientEnd, abi::kAllPermissions>>;
        };
    };

    struct CreateBudget {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::CreateBudget);

        abi::BudgetLimits limits;
        abi::ProcessorLimits processors;

        struct Reply {
            using Slots = Gives<Moved<Budget, abi::kAllPermissions>>;
        };
    };

    /// Answered when all that it and those below pay for has ended.
    struct Destroy {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::Destroy);

        struct Reply {};
    };

    struct ReserveRealTime {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::ReserveRealTime);

        abi::ProcessorQuota quota;

        struct Reply {};
    };

    struct ProcessorUsage {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::BudgetMethod::ProcessorUsage);

        struct Reply {
            abi::ProcessorUsage usage;
        };
    };

    using Methods = rpc::List<Usage, CreateMemory, CreateProcess, CreateEvent, CreateChannel, CreateBudget, Destroy,
                              ReserveRealTime, ProcessorUsage>;
};

} // namespace protocols::objects
