/// How an answer is checked before its caller sees it.
#pragma once

#include <array>
#include <span>

#include "async/error.hpp"
#include "libs/rpc/message.hpp"
#include "libs/rpc/protocol.hpp"

namespace rpc {

/// What a capability in a message must be.
struct SlotRule {
    abi::ObjectKind kind;
    abi::Permissions permissions; ///< at least
};

template <class S>
struct SlotRulesOf;

template <class... S>
struct SlotRulesOf<Gives<S...>> {
    static constexpr std::array<SlotRule, sizeof...(S)> kRules{
        SlotRule{kKindOf<typename S::Target>, S::kPermissions}...};
};

/// A table for each method.
struct ReplyShape {
    u8 least; ///< bytes
    u8 bytes; ///< those that this program knows
    u16 domain;
    std::span<const SlotRule> slots;
};

template <class P, class M>
inline constexpr ReplyShape kReplyShape{
    .least = static_cast<u8>(kLeastReplyBytes<M>),
    .bytes = static_cast<u8>(kWireBytes<ReplyOf<M>>),
    .domain = kDomainOf<P, M>,
    .slots = SlotRulesOf<SlotsOf<ReplyOf<M>>>::kRules,
};

/// WrongType or AccessDenied if a capability is not what it must be, InvalidArgument if their number is not.
async::Error judge_slots(std::span<const u64> words, std::span<const SlotRule> rules);

/// A length other than `bytes`: what is missing is zeros if that is allowed, and what is too much must be.
/// InvalidArgument: too short, or longer than a message; Unsupported: the sender says something that is not known here.
async::Error judge_length(const Message& message, usize least, usize bytes);

/// Gives back all capabilities that came with a message.
void drop_slots(const Message& message);

/// Gives back what a message that was not sent would have moved.
void drop_moved(const Message& message);

/// An answer of another shape than the protocol's is Corrupt, and a failed one is its error; both leave no capability
/// behind.
async::Error judge_odd_answer(const Message& answer, const ReplyShape& shape);

inline async::Error judge_answer(const Message& answer, const ReplyShape& shape) {
    if (answer.method == 0 && answer.length == shape.bytes && answer.slots == 0 && shape.slots.empty()) [[likely]] {
        return {};
    }
    return judge_odd_answer(answer, shape);
}

/// The value in a message of any sound length.
template <class T>
T decode(const Message& message) {
    if constexpr (std::is_empty_v<T>) {
        return {};
    } else {
        const std::span<const std::byte> payload(message.payload);
        std::array<std::byte, sizeof(T)> bytes;
        if (message.length >= sizeof(T)) [[likely]] {
            std::ranges::copy(payload.template first<sizeof(T)>(), bytes.begin());
        } else {
            // Behind `length` the payload may have ranges of leases, which are not of the value.
            bytes = {};
            std::ranges::copy(payload.first(message.length), bytes.begin());
        }
        return std::bit_cast<T>(bytes);
    }
}

/// Puts a value where decode() finds it; the rest of the payload is the caller's.
template <class T>
void encode(const T& value, Message& message) {
    message.length = static_cast<u8>(kWireBytes<T>);
    if constexpr (!std::is_empty_v<T>) {
        std::ranges::copy(std::bit_cast<std::array<std::byte, sizeof(T)>>(value), message.payload.begin());
    }
}

} // namespace rpc
