// expect-error: the capability lacks the permission that this method needs
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

void add(const rpc::CapabilityChannel<Desk, abi::kRead>& desk) { static_cast<void>(desk.call(Desk::Add{.amount = 1})); }
