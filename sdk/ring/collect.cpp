// What comes: results to those who wait for them, items to receivers.
#include "sdk/ring/fill.hpp"
#include "sdk/ring/ring_driver.hpp"

namespace sdk::ring {

using base::u32;

namespace {

/// How much is taken at once.
constexpr u32 kTurn = 64;

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
    return Tag(front->tag).kind() == TagKind::Attachment ? Front::Item : Front::Result;
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
        rpc::Receiver* const receiver = Tag(ring_.front()->tag).named<Attachment>().receiver;
        if (receiver == nullptr) [[unlikely]] {
            refuse_front(abi::Error::PeerClosed);
            continue;
        }
        if (!is_front_told_ && receiver->tell()) {
            is_front_told_ = true;
            break;
        }
        if (!keep_item()) {
            break;
        }
    }
    return has_come;
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
    case TagKind::Detach:
        ring_.pop();
        free(tag.named<Attachment>());
        break;
    case TagKind::None:
    case TagKind::Attachment: ring_.pop(); break;
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
    if (status == 0) {
        call.complete();
        return;
    }
    free(attachment_of(call.receiver()));
    call.receiver().set_place(0);
    call.complete(static_cast<abi::Error>(status));
}

bool RingDriver::take(rpc::Receiver& receiver, rpc::Incoming& incoming) {
    const Tag tag(TagKind::Attachment, attachment_of(receiver));
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

} // namespace sdk::ring
