/// What a launched program is given.
///
///     sdk::launch::gift("log", log.as<abi::kWrite | abi::kGrant>())
#pragma once

#include <string_view>

#include "abi/slot_word.hpp"
#include "libs/rpc/capability.hpp"

namespace sdk::launch {

/// More have no room in a start block.
inline constexpr base::usize kMostGifts = 32;

/// A capability under a name. It refers to what it is made of, until the launch is over.
struct Gift {
    std::string_view name;     ///< at most 23 letters
    std::string_view protocol; ///< empty: an object of the kernel
    base::u64 number = 0;      ///< rpc::ProtocolId::number()
    base::u16 major = 0;
    abi::ObjectKind kind = abi::ObjectKind::None;
    abi::Permissions permissions; ///< that the program gets
    abi::Handle handle;
    abi::SlotMode mode = abi::SlotMode::Derive;
    bool is_route = false; ///< the handle is a protocols::Connector, by which the protocol is reached
};

/// A child of what the launcher keeps, with these permissions.
template <abi::Permissions kGiven, class P, abi::Permissions R>
    requires(R.covers(kGiven | abi::kGrant))
Gift gift(std::string_view name, rpc::Borrowed<P, R> capability) {
    Gift made{
        .name = name, .protocol = {}, .kind = rpc::kKindOf<P>, .permissions = kGiven, .handle = capability.handle()};
    if constexpr (rpc::Protocol<P>) {
        made.protocol = P::id.name;
        made.number = P::id.number();
        made.major = P::id.major;
    }
    return made;
}

} // namespace sdk::launch
