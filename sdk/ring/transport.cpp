// rpc::Transport for programs: the ring of the thread.
#include "libs/rpc/transport.hpp"

#include "sdk/ring/ring_driver.hpp"

namespace rpc {

using sdk::ring::RingDriver;

void Transport::begin(Invocation& invocation) { RingDriver::current().begin(invocation); }

void Transport::cancel(Invocation& invocation) { RingDriver::current().cancel(invocation); }

async::Result<> Transport::post(abi::Handle target, const Message& message) {
    RingDriver::current().send(target, message);
    return {};
}

void Transport::drop(abi::Handle handle) { RingDriver::current().drop(handle); }

async::Result<LentPlace> Transport::place_of(std::span<const std::byte> bytes) {
    return RingDriver::current().place_of(bytes);
}

void Transport::begin(AttachCall& call) { RingDriver::current().begin(call); }

void Transport::detach(Receiver& receiver) { RingDriver::current().detach(receiver); }

bool Transport::take(Receiver& receiver, Incoming& incoming) { return RingDriver::current().take(receiver, incoming); }

void Transport::answer(abi::Handle token, const Message& answer) { RingDriver::current().send(token, answer); }

void Transport::begin(LeaseCopy& copy) { RingDriver::current().begin(copy); }

} // namespace rpc
