#include "libs/rpc/loopback/loopback.hpp"

#include <utility>

#include "libs/rpc/lease_copy.hpp"
#include "libs/rpc/loopback/channel.hpp"

namespace rpc::loopback {

constinit thread_local Loopback* Loopback::of_thread = nullptr;

Loopback::Loopback(usize memory) : memory_(memory) {
    ASSERT(of_thread == nullptr, "there is a loopback on this thread");
    of_thread = this;
    memory_handle_ =
        add({.kind = abi::ObjectKind::Memory, .permissions = abi::kAllPermissions, .generation = 0, .channel = {}});
}

Loopback::~Loopback() { of_thread = nullptr; }

std::span<std::byte> Loopback::allocate(usize bytes) {
    const std::span<std::byte> part = std::span(memory_).subspan(allocated_, bytes);
    allocated_ += bytes;
    return part;
}

Loopback::Handles Loopback::make_handles(abi::Permissions permissions) {
    const auto channel = std::make_shared<Channel>();
    return {
        .server = add({.kind = abi::ObjectKind::ChannelServer,
                       .permissions = abi::kAllPermissions,
                       .generation = 0,
                       .channel = channel}),
        .client = add(
            {.kind = abi::ObjectKind::ChannelClient, .permissions = permissions, .generation = 0, .channel = channel})};
}

abi::Handle Loopback::add(Entry entry) {
    if (free_.empty()) {
        free_.push_back(static_cast<u32>(entries_.size()));
        entries_.emplace_back();
    }
    const u32 slot = free_.back();
    free_.pop_back();
    ++live_;
    Entry& place = entries_.at(slot);
    entry.generation = place.generation + 1;
    place = std::move(entry);
    return abi::Handle::of_entry(slot, place.generation);
}

Loopback::Entry* Loopback::find(abi::Handle handle) {
    if (!handle.is_in_space() || handle.is_reply_token() || handle.slot() >= entries_.size()) {
        return nullptr;
    }
    Entry& entry = entries_.at(handle.slot());
    return entry.generation == handle.generation() && entry.kind != abi::ObjectKind::None ? &entry : nullptr;
}

void Loopback::drop(abi::Handle handle) {
    Entry* const entry = find(handle);
    if (entry == nullptr) {
        return;
    }
    const auto kind = std::exchange(entry->kind, abi::ObjectKind::None);
    const auto channel = std::exchange(entry->channel, nullptr);
    free_.push_back(handle.slot());
    --live_;
    if (kind == abi::ObjectKind::ChannelClient) {
        revoke(*channel, handle);
        if (--channel->clients == 0) {
            channel->tell();
        }
    }
    if (kind == abi::ObjectKind::ChannelServer && --channel->servers == 0) {
        close(*channel);
    }
}

/// Calls that wait end with the capability through which they were sent.
void Loopback::revoke(Channel& channel, abi::Handle client) {
    std::erase_if(channel.items, [client](const Item& item) {
        const bool is_over = item.call != nullptr && item.call->target() == client;
        if (is_over) {
            item.call->refuse(abi::Error::Revoked);
        }
        return is_over;
    });
}

void Loopback::close(Channel& channel) {
    for (const Item& item : std::exchange(channel.items, {})) {
        if (item.call != nullptr) {
            item.call->refuse(abi::Error::PeerClosed);
        } else {
            drop_moved(item.message);
        }
    }
    std::erase_if(delivered_, [&channel](const auto& each) {
        const Delivered& delivered = each.second;
        const bool is_over = delivered.channel.get() == &channel;
        if (is_over) {
            delivered.call->refuse(abi::Error::PeerClosed);
        }
        return is_over;
    });
}

bool Loopback::take(Receiver& receiver, Incoming& incoming) {
    const std::shared_ptr<Channel>& channel = receivers_.at(&receiver);
    if (channel->items.empty()) {
        incoming.kind = Incoming::Kind::Closed;
        return channel->clients == 0 && !std::exchange(channel->has_told_end, true);
    }
    const Item item = channel->items.front();
    channel->items.pop_front();
    incoming.kind = item.kind;
    incoming.permissions = item.permissions;
    incoming.token = item.token;
    incoming.message = item.call != nullptr ? item.call->message() : item.message;
    transfer_slots(incoming.message);
    if (item.call != nullptr) {
        incoming.token = abi::Handle::of_reply(++last_token_ & abi::Handle::kLargestSlot, 1);
        delivered_.emplace(incoming.token.word(), Delivered{item.call, channel});
    }
    return true;
}

void Loopback::transfer_slots(Message& message) {
    for (usize i = 0; i < std::min<usize>(message.slots, message.slot.size()); ++i) {
        message.slot.at(i) = transfer(message.slot_word(i)).word();
    }
}

abi::SlotWord Loopback::transfer(abi::SlotWord word) {
    if (word.mode() == abi::SlotMode::Lend) {
        return {abi::Handle(), word.permissions(), word.mode(), abi::ObjectKind::Memory};
    }
    Entry* const entry = find(word.handle());
    if (entry == nullptr) {
        return {};
    }
    Entry child = *entry;
    child.permissions = child.permissions & word.permissions();
    if (child.kind == abi::ObjectKind::ChannelClient) {
        ++child.channel->clients;
    } else if (child.kind == abi::ObjectKind::ChannelServer) {
        ++child.channel->servers;
    }
    const abi::SlotWord received(add(child), child.permissions, word.mode(), child.kind);
    if (word.mode() == abi::SlotMode::Move) {
        drop(word.handle());
    }
    return received;
}

void Loopback::answer(abi::Handle token, const Message& message) {
    const auto found = delivered_.find(token.word());
    if (found == delivered_.end()) {
        drop_moved(message);
        return;
    }
    Invocation& call = *found->second.call;
    delivered_.erase(found);
    call.message() = message;
    transfer_slots(call.message());
    call.arrive();
}

async::Result<u64> Loopback::offset_of(std::span<const std::byte> bytes) const {
    const std::span<const std::byte> memory(memory_);
    const std::less_equal<> is_not_behind;
    if (bytes.empty() || !is_not_behind(&memory.front(), &bytes.front()) ||
        !is_not_behind(&bytes.back(), &memory.back())) {
        return abi::Error::InvalidArgument;
    }
    return static_cast<u64>(std::distance(memory.data(), bytes.data()));
}

void Loopback::copy(LeaseCopy& copy) {
    const auto found = delivered_.find(copy.range().token.word());
    if (found == delivered_.end()) {
        copy.complete(abi::Error::BadHandle);
        return;
    }
    const abi::LeaseRange range = range_of(found->second.call->message(), copy.range().lease);
    const u64 access = range.length_and_access >> abi::kLeaseAccessShift;
    const u64 length = range.length_and_access & abi::kLeaseLength;
    if ((access & (copy.is_into() ? abi::kLeaseWrite : abi::kLeaseRead)) == 0) {
        copy.complete(abi::Error::AccessDenied);
        return;
    }
    if (copy.range().offset > length) {
        copy.complete(abi::Error::OutOfRange);
        return;
    }
    const auto lent = std::span(memory_).subspan(range.offset, length).subspan(copy.range().offset);
    const usize bytes = std::min(lent.size(), copy.is_into() ? copy.from().size() : copy.to().size());
    if (copy.is_into()) {
        std::ranges::copy(copy.from().first(bytes), lent.begin());
    } else {
        std::ranges::copy(lent.first(bytes), copy.to().begin());
    }
    copy.finish(bytes);
}

} // namespace rpc::loopback
