// expect-error: call to implicitly-deleted copy constructor
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

void copy(const rpc::CapabilityChannel<Desk, abi::kRead>& desk) {
    const rpc::CapabilityChannel<Desk, abi::kRead> other = desk;
}
