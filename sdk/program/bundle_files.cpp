#include "sdk/program/bundle_files.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the kernel says where it is mapped; nobody unmaps it.

namespace sdk {

using protocols::objects::AddressSpace;
using protocols::objects::Machine;

async::Task<BundleFiles> open_bundle(Program self, rpc::Borrowed<Machine, abi::kRead> machine) {
    auto shown = co_await machine.call(Machine::Bundle{}, self.own().budget.as<abi::kExecute>());
    auto& memory = std::get<0>(shown.capabilities);
    const base::u64 end = shown.reply.offset + shown.reply.bytes;
    const base::u64 bytes = (end + base::kPageSize - 1) / base::kPageSize * base::kPageSize;
    const auto [address] = co_await self.own().space.call(
        AddressSpace::MapReadOnly{.address = 0, .offset = 0, .bytes = bytes, .access = abi::kMapRead, .flags = 0},
        memory.template as<abi::kRead>());
    const std::span all(reinterpret_cast<const std::byte*>(address), end);
    const bundle::Bundle files = co_await bundle::Bundle::open(all.subspan(shown.reply.offset));
    co_return BundleFiles{.memory = std::move(memory), .offset = shown.reply.offset, .files = files};
}

} // namespace sdk

#pragma clang unsafe_buffer_usage end
