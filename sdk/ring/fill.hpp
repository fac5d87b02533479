/// Between entries of the ring and messages.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "abi/arguments.hpp"
#include "abi/handle.hpp"
#include "abi/method.hpp"
#include "abi/object_kind.hpp"
#include "abi/ring.hpp"
#include "libs/rpc/message.hpp"

namespace sdk::ring {

using PayloadBytes = std::array<base::u8, abi::kPayloadBytes>;

constexpr abi::CompletionKind kind_of(const abi::Completion& item) {
    return static_cast<abi::CompletionKind>(item.flags & abi::kCompletionKindMask);
}

/// `entry` is all zeros.
inline void fill_entry(abi::Submission& entry, abi::Handle target, const rpc::Message& message) {
    entry.capability = target.word();
    entry.method = message.method;
    entry.length = message.length;
    entry.payload = std::bit_cast<PayloadBytes>(message.payload);
    if (message.slots != 0) {
        entry.slots = message.slots;
        entry.slot = message.slot;
    }
}

template <class T>
void fill_arguments(abi::Submission& entry, const T& arguments) {
    const auto bytes = std::bit_cast<std::array<base::u8, sizeof(T)>>(arguments);
    std::ranges::copy(bytes, entry.payload.begin());
    entry.length = sizeof(T);
}

/// All but the method.
inline void read_message(const abi::Completion& item, rpc::Message& message) {
    message.length = item.length;
    message.slots = item.slots;
    message.payload = std::bit_cast<decltype(message.payload)>(item.payload);
    if (item.slots != 0) {
        message.slot = item.slot;
    }
}

/// The first word of an answer.
inline base::u64 word_of(const abi::Completion& done) {
    std::array<base::u8, sizeof(base::u64)> bytes;
    std::ranges::copy(std::span(done.payload).first<sizeof(base::u64)>(), bytes.begin());
    return std::bit_cast<base::u64>(bytes);
}

inline abi::Submission detach_entry(abi::Handle ring, abi::Handle end) {
    abi::Submission entry{};
    entry.capability = ring.word();
    entry.method = abi::object_method(abi::ObjectKind::Ring, static_cast<base::u8>(abi::RingMethod::Detach));
    entry.slots = 1;
    entry.slot[0] = abi::SlotWord(end, abi::kAllPermissions, abi::SlotMode::Lend).word();
    return entry;
}

} // namespace sdk::ring
