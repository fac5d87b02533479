/// What travels: the part of a ring's entry that both sides fill and read.
#pragma once

#include <array>
#include <cstddef>

#include "abi/ring.hpp"
#include "abi/slot_word.hpp"
#include "libs/rpc/description.hpp"

namespace rpc {

/// A request or an answer. The ranges of leases stand at the end of the payload, as abi::LeaseRange says.
struct Message {
    u16 method = 0; ///< of an answer: its status; 0, an abi::Error below 256, or a Failure of the method's protocol
    u8 length = 0;  ///< of the payload, without ranges
    u8 slots = 0;   ///< how many are used, from the first
    u32 zero = 0;
    std::array<std::byte, abi::kPayloadBytes> payload{};
    std::array<u64, abi::kEntrySlots> slot{}; ///< SlotWords

    [[nodiscard]] abi::SlotWord slot_word(usize index) const { return abi::SlotWord(slot.at(index)); }
};

/// From here on a status is a Failure.
inline constexpr u16 kFirstFailure = 256;

} // namespace rpc
