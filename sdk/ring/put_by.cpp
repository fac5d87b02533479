// Items that nobody takes just now, or never will.
#include <memory>

#include "async/frame_slab.hpp"
#include "sdk/ring/fill.hpp"
#include "sdk/ring/ring_driver.hpp"

namespace sdk::ring {

namespace {

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

} // namespace

/// The item in front is put by. False: there is no room.
bool RingDriver::keep_item() {
    const abi::Completion item = *ring_.front();
    if (!stash_.put(item)) {
        return false;
    }
    ring_.pop();
    is_front_told_ = false;
    if (rpc::Receiver* const receiver = Tag(item.tag).named<Attachment>().receiver; receiver != nullptr) {
        static_cast<void>(receiver->tell());
    }
    return true;
}

/// So that what stands behind it can be seen without anybody's turn.
void RingDriver::refuse_front(abi::Error error) {
    const abi::Completion item = *ring_.front();
    ring_.pop();
    is_front_told_ = false;
    refuse_item(*this, item, error);
}

void RingDriver::begin(rpc::AttachCall& call) {
    void* const memory = async::FrameSlab::current().allocate(sizeof(Attachment));
    if (memory == nullptr) {
        call.complete(abi::Error::NoMemory);
        return;
    }
    const auto* const attachment = ::new (memory) Attachment{.receiver = &call.receiver(), .end = call.end()};
    // SAFETY: attachment_of() makes a reference of it again.
    call.receiver().set_place(reinterpret_cast<base::u64>(attachment));
    begin(Tag(TagKind::Attach, call), call);
}

void RingDriver::free(Attachment& attachment) {
    std::destroy_at(&attachment);
    async::FrameSlab::current().release(&attachment, sizeof(Attachment));
}

void RingDriver::detach(rpc::Receiver& receiver) {
    if (receiver.place() == 0) {
        return;
    }
    Attachment& attachment = attachment_of(receiver);
    attachment.receiver = nullptr;
    receiver.set_place(0);
    const auto refuse = [this](const abi::Completion& item) { refuse_item(*this, item, abi::Error::PeerClosed); };
    while (stash_.take(Tag(TagKind::Attachment, attachment).word(), refuse)) {
    }
    abi::Submission& entry = next_entry();
    entry = detach_entry(handle_, attachment.end);
    entry.tag = Tag(TagKind::Detach, attachment).word();
    ring_.add();
}

} // namespace sdk::ring
