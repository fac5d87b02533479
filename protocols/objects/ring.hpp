/// Where a thread and the kernel exchange entries: abi::RingMethod. What a ring does for its own thread is the driver's
/// business, sdk/ring.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace protocols::objects {

struct Ring {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::Ring;

    using Methods = rpc::List<>;
};

} // namespace protocols::objects
