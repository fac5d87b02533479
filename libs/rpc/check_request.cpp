#include "libs/rpc/check_request.hpp"

namespace rpc {

namespace {

/// Of the lease in slot `slot`, the `index`-th.
async::Error judge_lease(const Message& message, usize slot, usize index, u64 access) {
    const abi::SlotWord word = message.slot_word(slot);
    if (word.mode() != abi::SlotMode::Lend || word.kind() != abi::ObjectKind::Memory) {
        return abi::Error::WrongType;
    }
    const u64 lent = range_of(message, index).length_and_access >> abi::kLeaseAccessShift;
    return (lent & access) == access ? async::Error() : abi::Error::AccessDenied;
}

/// Capabilities first: what is lent is not one.
async::Error judge_given(const Message& message, const RequestShape& shape) {
    for (usize i = 0; i < shape.slots.size(); ++i) {
        if (message.slot_word(i).mode() == abi::SlotMode::Lend) {
            return abi::Error::WrongType;
        }
    }
    const auto words = std::span(message.slot).first(shape.slots.size());
    if (const async::Error error = judge_slots(words, shape.slots); error.is_error()) {
        return error;
    }
    for (usize i = 0; i + shape.slots.size() < message.slots; ++i) {
        const u64 access = i < shape.leases.size() ? shape.leases[i] : abi::kLeaseRead;
        if (const async::Error error = judge_lease(message, i + shape.slots.size(), i, access); error.is_error()) {
            return error;
        }
    }
    return {};
}

} // namespace

async::Error check_odd_request(const Incoming& incoming, const RequestShape& shape) {
    const Message& message = incoming.message;
    if (!incoming.permissions.covers(shape.needs)) {
        return abi::Error::AccessDenied;
    }
    const usize given = shape.slots.size() + shape.leases.size();
    if (message.slots > message.slot.size() || message.slots < given ||
        message.slots > given + (shape.has_text ? 1 : 0)) {
        return abi::Error::InvalidArgument;
    }
    const usize ranges = (message.slots - shape.slots.size()) * sizeof(abi::LeaseRange);
    if (message.length + ranges > message.payload.size()) {
        return abi::Error::InvalidArgument;
    }
    if (const async::Error error = judge_length(message, shape.least, shape.bytes); error.is_error()) {
        return error;
    }
    return judge_given(message, shape);
}

} // namespace rpc
