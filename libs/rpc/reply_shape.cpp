#include "libs/rpc/reply_shape.hpp"

#include <algorithm>

#include "libs/rpc/transport.hpp"

namespace rpc {

async::Error judge_slots(std::span<const u64> words, std::span<const SlotRule> rules) {
    if (words.size() != rules.size()) {
        return abi::Error::InvalidArgument;
    }
    for (usize i = 0; i < rules.size(); ++i) {
        const abi::SlotWord word(words[i]);
        if (word.kind() != rules[i].kind) {
            return abi::Error::WrongType;
        }
        if (!word.permissions().covers(rules[i].permissions)) {
            return abi::Error::AccessDenied;
        }
    }
    return {};
}

async::Error judge_length(const Message& message, usize least, usize bytes) {
    if (message.length < least || message.length > message.payload.size()) {
        return abi::Error::InvalidArgument;
    }
    const usize known = std::min<usize>(bytes, message.length);
    const auto surplus = std::span(message.payload).subspan(known, message.length - known);
    const bool is_zero = std::ranges::all_of(surplus, [](std::byte byte) { return byte == std::byte{0}; });
    return is_zero ? async::Error() : abi::Error::Unsupported;
}

void drop_slots(const Message& message) {
    for (usize i = 0; i < std::min<usize>(message.slots, message.slot.size()); ++i) {
        if (message.slot_word(i).mode() != abi::SlotMode::Lend) {
            Transport::drop(message.slot_word(i).handle());
        }
    }
}

void drop_moved(const Message& message) {
    for (usize i = 0; i < std::min<usize>(message.slots, message.slot.size()); ++i) {
        if (message.slot_word(i).mode() == abi::SlotMode::Move) {
            Transport::drop(message.slot_word(i).handle());
        }
    }
}

async::Error judge_odd_answer(const Message& answer, const ReplyShape& shape) {
    if (answer.method != 0) {
        drop_slots(answer);
        return answer.method < kFirstFailure ? async::Error(async::Error::kAbi, answer.method)
                                             : async::Error(shape.domain, answer.method);
    }
    const usize slots = std::min<usize>(answer.slots, answer.slot.size());
    const bool is_good = !judge_length(answer, shape.least, shape.bytes).is_error() &&
                         !judge_slots(std::span(answer.slot).first(slots), shape.slots).is_error();
    if (!is_good) {
        drop_slots(answer);
        return abi::Error::Corrupt;
    }
    return {};
}

} // namespace rpc
