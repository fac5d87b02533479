// expect-error: a lease is made by lend\(\), of bytes that may be written if it is Out
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

auto reverse(rpc::Borrowed<Desk, abi::kRead> desk, std::span<const std::byte> bytes) {
    return desk.call(Desk::Reverse{}, rpc::lend(bytes), rpc::lend(bytes));
}
