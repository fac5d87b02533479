// expect-error: a capability is never widened
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

void derive(rpc::Borrowed<Desk, abi::kRead | abi::kGrant> desk) { desk.derive<abi::kWrite>(); }
