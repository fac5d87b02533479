// expect-error: the capability lacks the permission that this method needs
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

auto add(rpc::Borrowed<Desk, abi::kRead> desk) { return desk.call(Desk::Add{.amount = 1}); }
