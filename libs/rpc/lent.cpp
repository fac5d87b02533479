#include "libs/rpc/lent.hpp"

#include <algorithm>
#include <bit>

namespace rpc {

namespace {

using RangeBytes = std::array<std::byte, sizeof(abi::LeaseRange)>;

constexpr usize place_of_range(usize index) { return abi::kPayloadBytes - (index + 1) * sizeof(abi::LeaseRange); }

} // namespace

async::Error add_lease(Message& message, usize index, std::span<const std::byte> bytes, u64 access) {
    const auto place = Transport::place_of(bytes);
    if (!place) {
        return place.error();
    }
    const abi::LeaseRange range{.offset = place->offset,
                                .length_and_access = bytes.size() | access << abi::kLeaseAccessShift};
    std::ranges::copy(std::bit_cast<RangeBytes>(range),
                      std::span(message.payload).subspan(place_of_range(index)).begin());
    const abi::Permissions permissions = access == abi::kLeaseRead ? abi::kRead : abi::kWrite;
    message.slot.at(message.slots) = abi::SlotWord(place->memory, permissions, abi::SlotMode::Lend).word();
    ++message.slots;
    return {};
}

abi::LeaseRange range_of(const Message& message, usize index) {
    RangeBytes bytes{};
    std::ranges::copy(std::span(message.payload).subspan(place_of_range(index), bytes.size()), bytes.begin());
    return std::bit_cast<abi::LeaseRange>(bytes);
}

} // namespace rpc
