#include "tests/bench/ipc/caller.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "sdk/runtime/kernel_call.hpp"

namespace tests::bench {

using abi::Handle;
using base::u16;
using base::u64;
using base::u8;

u64 word_of(const abi::Completion& completion, base::usize index) {
    std::array<u8, sizeof(u64)> bytes;
    std::ranges::copy(std::span(completion.payload).subspan(index * sizeof(u64), sizeof(u64)), bytes.begin());
    return std::bit_cast<u64>(bytes);
}

abi::Completion Caller::call_with_slots(Handle capability, u16 method, std::span<const u64> arguments, u64 slot,
                                        u8 slots) {
    abi::Submission& entry = ring_.next();
    entry.capability = capability.word();
    entry.method = method;
    entry.length = static_cast<u8>(arguments.size_bytes());
    const auto bytes = std::as_bytes(arguments);
    std::ranges::transform(bytes, entry.payload.begin(), [](std::byte byte) { return std::to_integer<u8>(byte); });
    entry.slots = slots;
    entry.slot[0] = slot;
    ring_.add();
    sdk::runtime::submit(1, 1);
    while (ring_.front() == nullptr) {
        sdk::runtime::submit(ring_.added(), 1);
    }
    const abi::Completion done = *ring_.front();
    ring_.pop();
    if (done.status != 0) {
        sdk::runtime::debug_write("a call failed\n");
        sdk::runtime::exit(done.status);
    }
    return done;
}

Handle Caller::derive(Handle parent) {
    return slot_of(call(parent, static_cast<u16>(abi::HandleMethod::Derive),
                        std::array<u64, 4>{abi::kAllPermissions.bits, 0, 0, 0}));
}

} // namespace tests::bench
