// expect-error: call\(request, capabilities in the order of Slots
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

auto reverse(rpc::Borrowed<Desk, abi::kRead> desk, std::span<const std::byte> bytes) {
    return desk.call(Desk::Reverse{}, rpc::lend(bytes));
}
