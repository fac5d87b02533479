// How messages go into the loopback, and are taken back.
#include "libs/rpc/loopback/channel.hpp"
#include "libs/rpc/loopback/loopback.hpp"

namespace rpc::loopback {

void Loopback::begin(Invocation& invocation) {
    const Entry* const entry = find(invocation.target());
    if (entry != nullptr && invocation.message().method == static_cast<u16>(abi::HandleMethod::Derive)) {
        derive(invocation, *entry);
        return;
    }
    async::Error error = judge_send(invocation.target(), invocation.message());
    if (!error.is_error() && invocation.tells_server() && entry->channel->unheld() >= kMostWaiting) {
        error = abi::Error::OverBudget;
    }
    if (error.is_error()) {
        invocation.refuse(static_cast<abi::Error>(error.code()));
        return;
    }
    entry->channel->add({.kind = Incoming::Kind::Request,
                         .call = &invocation,
                         .permissions = entry->permissions,
                         .token = {},
                         .message = {}});
}

void Loopback::derive(Invocation& invocation, const Entry& from) {
    if (!from.permissions.covers(abi::kGrant)) {
        invocation.refuse(abi::Error::AccessDenied);
        return;
    }
    const auto asked = decode<abi::DeriveArguments>(invocation.message());
    const abi::Permissions permissions{static_cast<u8>(asked.permissions & abi::kAllPermissions.bits)};
    const abi::SlotWord word(invocation.target(), permissions, abi::SlotMode::Derive);
    Message answer;
    answer.slots = 1;
    answer.slot.front() = transfer(word).word();
    invocation.message() = answer;
    invocation.arrive();
}

void Loopback::cancel(Invocation& invocation) {
    const Entry* const entry = find(invocation.target());
    if (entry != nullptr && entry->channel != nullptr) {
        auto& items = entry->channel->items;
        if (std::erase_if(items, [&](const Item& item) { return item.call == &invocation; }) != 0) {
            invocation.refuse(abi::Error::Cancelled);
            return;
        }
    }
    const auto is_it = [&](const auto& each) { return each.second.call == &invocation; };
    const auto found = std::ranges::find_if(delivered_, is_it);
    if (found == delivered_.end()) {
        return;
    }
    if (invocation.tells_server()) {
        found->second.channel->add({.kind = Incoming::Kind::Cancelled,
                                    .call = nullptr,
                                    .permissions = {},
                                    .token = abi::Handle(found->first),
                                    .message = {}});
    }
    delivered_.erase(found);
    invocation.refuse(abi::Error::Cancelled);
}

async::Error Loopback::judge_send(abi::Handle target, const Message& message) {
    const Entry* const entry = find(target);
    if (entry == nullptr) {
        return abi::Error::BadHandle;
    }
    if (entry->kind != abi::ObjectKind::ChannelClient) {
        return abi::Error::WrongType;
    }
    if ((entry->permissions & (abi::kRead | abi::kWrite | abi::kExecute)).is_empty()) {
        return abi::Error::AccessDenied;
    }
    if (message.slots > message.slot.size() || message.length > message.payload.size()) {
        return abi::Error::InvalidArgument;
    }
    usize leases = 0;
    for (usize i = 0; i < message.slots; ++i) {
        if (const async::Error error = judge_slot(message, i, leases); error.is_error()) {
            return error;
        }
    }
    return entry->channel->servers == 0 ? abi::Error::PeerClosed : async::Error();
}

async::Error Loopback::judge_slot(const Message& message, usize slot, usize& leases) {
    const abi::SlotWord word = message.slot_word(slot);
    const Entry* const entry = find(word.handle());
    if (entry == nullptr || word.mode() == abi::SlotMode::None) {
        return abi::Error::BadHandle;
    }
    if (word.mode() != abi::SlotMode::Lend) {
        const abi::Permissions needed = word.mode() == abi::SlotMode::Move ? abi::kDelegate : abi::kGrant;
        return entry->permissions.covers(needed) ? async::Error() : abi::Error::AccessDenied;
    }
    if (entry->kind != abi::ObjectKind::Memory) {
        return abi::Error::WrongType;
    }
    if (leases == abi::kEntryLeases) {
        return abi::Error::InvalidArgument;
    }
    const abi::LeaseRange range = range_of(message, leases++);
    const u64 length = range.length_and_access & abi::kLeaseLength;
    const bool lies_inside = length != 0 && length <= memory_.size() && range.offset <= memory_.size() - length;
    return lies_inside ? async::Error() : abi::Error::OutOfRange;
}

async::Result<> Loopback::post(abi::Handle target, const Message& message) {
    if (const async::Error error = judge_send(target, message); error.is_error()) {
        return error;
    }
    const Entry& entry = *find(target);
    if (entry.channel->unheld() >= kMostWaiting) {
        return abi::Error::OverBudget;
    }
    entry.channel->add({.kind = Incoming::Kind::Request,
                        .call = nullptr,
                        .permissions = entry.permissions,
                        .token = {},
                        .message = message});
    return {};
}

} // namespace rpc::loopback
