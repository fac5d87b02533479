#include "sdk/launch/mapping.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the kernel says where it is mapped, and for how long is in the type.

namespace sdk::launch {

using protocols::objects::AddressSpace;

async::Task<Mapping> Mapping::make(Space space, Shown memory, base::u64 bytes) {
    const auto [address] = co_await space.call(
        AddressSpace::Map{
            .address = 0, .offset = 0, .bytes = bytes, .access = abi::kMapRead | abi::kMapWrite, .flags = 0},
        memory);
    co_return Mapping(space, std::span(reinterpret_cast<std::byte*>(address), bytes));
}

async::Task<Mapping> Mapping::make_writable(Space space, Shown memory, base::u64 bytes) {
    // A write to what cannot be paid for would be a fault of ours.
    for (base::u64 done = 0; done < bytes;) {
        done += (co_await memory.call(protocols::objects::Memory::Commit{.offset = done, .bytes = bytes - done})).done;
    }
    co_return co_await make(space, memory, bytes);
}

Mapping::~Mapping() {
    if (!bytes_.empty()) {
        rpc::Message unmap;
        unmap.method = rpc::kMethodNumber<AddressSpace::Unmap>;
        rpc::encode(AddressSpace::Unmap{.address = reinterpret_cast<base::u64>(bytes_.data()), .bytes = bytes_.size()},
                    unmap);
        static_cast<void>(rpc::Transport::post(space_.handle(), unmap));
    }
}

} // namespace sdk::launch

#pragma clang unsafe_buffer_usage end
