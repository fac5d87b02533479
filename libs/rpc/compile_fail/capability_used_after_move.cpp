// expect-error: invalid invocation of method .* while it is in the 'consumed' state
#include <utility>

#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

abi::Handle use(rpc::CapabilityChannel<Desk, abi::kRead> desk) {
    const rpc::CapabilityChannel<Desk, abi::kRead> other = std::move(desk);
    return desk.handle();
}
