#include "tests/bench/rpc/wire.hpp"

#include "libs/rpc/lease_copy.hpp"

namespace tests::bench {

namespace {

constinit thread_local Wire* of_thread = nullptr;

} // namespace

Wire::Wire(Judges which) : judges(which) { of_thread = this; }

Wire::~Wire() { of_thread = nullptr; }

Wire& Wire::current() { return *of_thread; }

} // namespace tests::bench

namespace rpc {

using tests::bench::Wire;

void Transport::begin(Invocation& invocation) {
    Wire& wire = Wire::current();
    wire.sent = &invocation;
    if (wire.receiver != nullptr) {
        wire.receiver->tell();
    }
}

void Transport::cancel(Invocation&) {}

async::Result<> Transport::post(abi::Handle, const Message&) { return {}; }

void Transport::drop(abi::Handle) {
    Wire& wire = Wire::current();
    wire.has_ended = true;
    if (wire.receiver != nullptr) {
        wire.receiver->tell();
    }
}

async::Result<LentPlace> Transport::place_of(std::span<const std::byte>) { return abi::Error::InvalidArgument; }

void Transport::begin(AttachCall& call) {
    Wire::current().receiver = &call.receiver();
    call.complete();
}

void Transport::detach(Receiver&) { Wire::current().receiver = nullptr; }

bool Transport::take(Receiver&, Incoming& incoming) {
    Wire& wire = Wire::current();
    if (wire.sent == nullptr) {
        incoming.kind = Incoming::Kind::Closed;
        return wire.has_ended;
    }
    wire.delivered = std::exchange(wire.sent, nullptr);
    incoming.kind = Incoming::Kind::Request;
    incoming.permissions = abi::kRead;
    incoming.token = abi::Handle::of_reply(1, 1);
    incoming.message = wire.delivered->message();
    return true;
}

void Transport::answer(abi::Handle, const Message& answer) {
    Wire& wire = Wire::current();
    wire.delivered->message() = answer;
    if (wire.judges == Wire::Judges::Yes) {
        wire.delivered->arrive();
    } else {
        wire.delivered->complete();
    }
}

void Transport::begin(LeaseCopy& copy) { copy.complete(abi::Error::BadHandle); }

} // namespace rpc
