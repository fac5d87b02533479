// Transport, for programs that are linked with the loopback.
#include "libs/rpc/transport.hpp"

#include "libs/rpc/lease_copy.hpp"
#include "libs/rpc/loopback/channel.hpp"
#include "libs/rpc/loopback/loopback.hpp"

namespace rpc {

using loopback::Loopback;

void Transport::begin(Invocation& invocation) { Loopback::current().begin(invocation); }

void Transport::cancel(Invocation& invocation) { Loopback::current().cancel(invocation); }

async::Result<> Transport::post(abi::Handle target, const Message& message) {
    return Loopback::current().post(target, message);
}

void Transport::drop(abi::Handle handle) { Loopback::current().drop(handle); }

async::Result<LentPlace> Transport::place_of(std::span<const std::byte> bytes) {
    const auto offset = Loopback::current().offset_of(bytes);
    if (!offset) {
        return offset.error();
    }
    return LentPlace{.memory = Loopback::current().memory_handle_, .offset = *offset};
}

void Transport::begin(AttachCall& call) {
    const auto attach = [](const AttachCall& asked) -> async::Error {
        Loopback& loopback = Loopback::current();
        const auto* const entry = loopback.find(asked.end());
        if (entry == nullptr) {
            return abi::Error::BadHandle;
        }
        if (entry->kind != abi::ObjectKind::ChannelServer) {
            return abi::Error::WrongType;
        }
        if (!entry->permissions.covers(abi::kRead)) {
            return abi::Error::AccessDenied;
        }
        if (entry->channel->receiver != nullptr) {
            return abi::Error::Busy;
        }
        entry->channel->receiver = &asked.receiver();
        loopback.receivers_.emplace(&asked.receiver(), entry->channel);
        return {};
    };
    call.complete(attach(call));
}

void Transport::detach(Receiver& receiver) {
    Loopback& loopback = Loopback::current();
    if (const auto found = loopback.receivers_.find(&receiver); found != loopback.receivers_.end()) {
        found->second->receiver = nullptr;
        loopback.receivers_.erase(found);
    }
}

bool Transport::take(Receiver& receiver, Incoming& incoming) { return Loopback::current().take(receiver, incoming); }

void Transport::answer(abi::Handle token, const Message& answer) { Loopback::current().answer(token, answer); }

void Transport::begin(LeaseCopy& copy) { Loopback::current().copy(copy); }

} // namespace rpc
