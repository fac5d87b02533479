// What comes: results to those who wait for them, items to receivers.
#include "libs/rpc/answer.hpp"
#include "sdk/ring/fill.hpp"
#include "sdk/ring/ring_driver.hpp"

namespace sdk::ring {

using base::u32;

namespace {

/// How much is taken at once.
constexpr u32 kTurn = 64;

constexpr abi::CompletionKind kind_of(const abi::Completion& item) {
    return static_cast<abi::CompletionKind>(item.flags & abi::kCompletionKindMask);
}

/// An item that nobody takes: who called hears that.
void refuse_item(RingDriver& driver, const abi::Completion& item, abi::Error error) {
    if (kind_of(item) != abi::CompletionKind::Request) {
        return;
    }
    rpc::Message message;
    read_message(item, message);
    rpc::drop_slots(message);
    if (item.reply != 0) {
        rpc::Message answer;
        answer.method = static_cast<base::u16>(error);
        driver.send(abi::Handle(item.reply), answer);
    }
}

void read_item(const abi::Completion& item, rpc::Incoming& incoming) {
    using Kind = rpc::Incoming::Kind;
    incoming.token = abi::Handle(item.reply);
    if (kind_of(item) == abi::CompletionKind::Request) [[likely]] {
        incoming.kind = Kind::Request;
        incoming.permissions = abi::Permissions{static_cast<base::u8>(item.status)};
        read_message(item, incoming.message);
        incoming.message.method = item.method;
        return;
    }
    incoming.kind = item.status == static_cast<base::u16>(abi::Error::Cancelled) ? Kind::Cancelled : Kind::Closed;
}

} // namespace

RingDriver::Front RingDriver::look() const {
    const abi::Completion* const front = ring_.front();
    if (front == nullptr) {
        return Front::Empty;
    }
    return Tag(front->tag).kind() == TagKind::Receiver ? Front::Item : Front::Result;
}

/// Answers whether somebody can go on.
bool RingDriver::collect() {
    bool has_come = false;
    for (u32 left = kTurn; left != 0; --left) {
        const Front front = look();
        if (front == Front::Empty) {
            break;
        }
        has_come = true;
        if (front == Front::Result) {
            take_result();
            continue;
        }
        // It stays in front until its receiver has had a turn: mostly that takes it from there.
        auto& receiver = Tag(ring_.front()->tag).named<rpc::Receiver>();
        if (!is_front_told_ && receiver.tell()) {
            is_front_told_ = true;
            break;
        }
        if (!keep_item()) {
            break;
        }
    }
    return has_come;
}

/// The item in front is put by. False: there is no room, and it cannot be refused.
bool RingDriver::keep_item() {
    const abi::Completion item = *ring_.front();
    const bool is_kept = stash_.put(item);
    if (!is_kept && kind_of(item) != abi::CompletionKind::Request) {
        return false;
    }
    ring_.pop();
    is_front_told_ = false;
    if (is_kept) {
        static_cast<void>(Tag(item.tag).named<rpc::Receiver>().tell());
    } else {
        refuse_item(*this, item, abi::Error::Busy);
    }
    return true;
}

/// Each takes it out of the ring before anything follows from it, which may need room there.
void RingDriver::take_result() {
    const abi::Completion& done = *ring_.front();
    const Tag tag(done.tag);
    switch (tag.kind()) {
    case TagKind::Invocation: finish(tag.named<rpc::Invocation>(), done); break;
    case TagKind::LeaseCopy: finish(tag.named<rpc::LeaseCopy>(), done); break;
    case TagKind::Attach: finish(tag.named<rpc::AttachCall>(), done); break;
    case TagKind::Sent:
        ring_.pop();
        drop(tag.sent());
        break;
    case TagKind::Now:
        tag.named<Now>() = {true, done};
        ring_.pop();
        break;
    case TagKind::None:
    case TagKind::Receiver: ring_.pop(); break;
    }
}

void RingDriver::finish(rpc::Invocation& invocation, const abi::Completion& done) {
    --in_flight_;
    rpc::Message& message = invocation.message();
    if (done.status != 0 && message.slots != 0) [[unlikely]] {
        finish_failed(invocation, done);
        return;
    }
    read_message(done, message);
    message.method = done.status;
    ring_.pop();
    invocation.arrive();
}

/// What was not moved is not the caller's any more either.
void RingDriver::finish_failed(rpc::Invocation& invocation, const abi::Completion& done) {
    const rpc::Message sent = invocation.message();
    read_message(done, invocation.message());
    invocation.message().method = done.status;
    ring_.pop();
    rpc::drop_moved(sent);
    invocation.arrive();
}

void RingDriver::finish(rpc::LeaseCopy& copy, const abi::Completion& done) {
    --in_flight_;
    const base::u16 status = done.status;
    const base::u64 bytes = word_of(done);
    ring_.pop();
    if (status != 0) {
        copy.complete(static_cast<abi::Error>(status));
    } else if (copy.note_copied(bytes)) {
        begin(copy);
    }
}

void RingDriver::finish(rpc::AttachCall& call, const abi::Completion& done) {
    --in_flight_;
    const base::u16 status = done.status;
    ring_.pop();
    if (status != 0) {
        call.complete(static_cast<abi::Error>(status));
        return;
    }
    call.receiver().set_end(call.end());
    call.complete();
}

bool RingDriver::take(rpc::Receiver& receiver, rpc::Incoming& incoming) {
    const Tag tag(TagKind::Receiver, receiver);
    const auto read = [&incoming](const abi::Completion& item) { read_item(item, incoming); };
    if (!stash_.is_empty() && stash_.take(tag.word(), read)) [[unlikely]] {
        return true;
    }
    while (look() == Front::Result) {
        take_result();
    }
    const abi::Completion* const front = ring_.front();
    if (front == nullptr || front->tag != tag.word()) {
        return false;
    }
    read_item(*front, incoming);
    ring_.pop();
    is_front_told_ = false;
    return true;
}

void RingDriver::detach(rpc::Receiver& receiver) {
    if (receiver.end() == abi::Handle()) {
        return;
    }
    abi::Submission entry = detach_entry(handle_, receiver.end());
    receiver.set_end(abi::Handle());
    static_cast<void>(call_now(entry));
    // Nothing follows the result of that; what came before it was put by.
    const auto refuse = [this](const abi::Completion& item) { refuse_item(*this, item, abi::Error::PeerClosed); };
    while (stash_.take(Tag(TagKind::Receiver, receiver).word(), refuse)) {
    }
}

} // namespace sdk::ring
