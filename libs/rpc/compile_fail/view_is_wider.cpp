// expect-error: a capability is never widened
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

auto widen(rpc::Borrowed<Desk, abi::kRead> desk) { return desk.as<abi::kRead | abi::kWrite>(); }
