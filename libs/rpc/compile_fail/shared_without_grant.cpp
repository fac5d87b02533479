// expect-error: Moved takes the capability itself, with Delegate; Shared a Borrowed, with Grant
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

auto exchange(rpc::Borrowed<Desk, abi::kExecute> desk, rpc::Borrowed<Desk, abi::kRead> given) {
    return desk.call(Desk::Exchange{}, given);
}
