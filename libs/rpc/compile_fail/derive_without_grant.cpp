// expect-error: deriving needs Grant, which the capability lacks
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

void derive(rpc::Borrowed<Desk, abi::kRead> desk) { desk.derive<abi::kRead>(); }
