#include "sdk/ring/ring_driver.hpp"

#include <functional>

#include "abi/arguments.hpp"
#include "abi/method.hpp"
#include "sdk/ring/fill.hpp"
#include "sdk/runtime/kernel_call.hpp"

namespace sdk::ring {

using base::Nanoseconds;
using base::u16;
using base::u32;
using base::u64;
using base::usize;

constinit thread_local RingDriver* RingDriver::of_thread = nullptr;

namespace {

/// Entries whose results nobody waits for find places too.
constexpr u32 kSpare = 2;

constexpr u16 ring_method(abi::RingMethod method) {
    return abi::object_method(abi::ObjectKind::Ring, static_cast<base::u8>(method));
}

/// What a message moves, if it moves one capability; of several the last.
abi::Handle moved_by(const rpc::Message& message) {
    abi::Handle moved;
    for (usize i = 0; i < message.slots; ++i) {
        if (message.slot_word(i).mode() == abi::SlotMode::Move) {
            moved = message.slot_word(i).handle();
        }
    }
    return moved;
}

constexpr auto kQuiet = static_cast<u16>(abi::SubmissionFlag::Quiet);

} // namespace

RingDriver::RingDriver(const Setup& setup)
    : ring_(setup.ring), limit_(setup.ring.completions() - setup.window - kSpare), handle_(setup.handle),
      clock_(setup.clock), lendable_{} {
    generator_.begin(setup.seed);
}

Nanoseconds RingDriver::now() const {
    return clock_.now([] { return __builtin_ia32_rdtsc(); });
}

void RingDriver::park(std::optional<Nanoseconds> deadline) {
    const bool has_come = collect();
    write_waiting();
    const bool waits = !has_come && !(deadline && deadline->value() == 0);
    if (waits) {
        hand_over(1, deadline ? deadline->value() : 0);
        static_cast<void>(collect());
    } else if (ring_.added() != 0) {
        hand_over(0, 0);
    }
}

void RingDriver::hand_over(u32 wanted, u64 deadline) { runtime::submit(ring_.added(), wanted, deadline); }

abi::Submission& RingDriver::next_entry() {
    while (!ring_.has_room()) {
        hand_over(0, 0);
        // What is not consumed wants places of results.
        if (!ring_.has_room()) {
            static_cast<void>(collect());
        }
    }
    return ring_.next();
}

void RingDriver::wait_for_place(Tag tag, async::Operation& operation) {
    operation.driver_word = 0;
    if (first_waiting_ == 0) {
        first_waiting_ = tag.word();
    } else {
        Tag(last_waiting_).operation().driver_word = tag.word();
    }
    last_waiting_ = tag.word();
}

void RingDriver::write_waiting() {
    while (first_waiting_ != 0 && in_flight_ < limit_) [[unlikely]] {
        const Tag tag(first_waiting_);
        first_waiting_ = tag.operation().driver_word;
        write(tag);
    }
}

bool RingDriver::forget_waiting(const async::Operation& operation) {
    u64* link = &first_waiting_;
    u64 before = 0;
    while (*link != 0) {
        const Tag tag(*link);
        if (&tag.operation() == &operation) {
            *link = operation.driver_word;
            last_waiting_ = last_waiting_ == tag.word() ? before : last_waiting_;
            return true;
        }
        before = tag.word();
        link = &tag.operation().driver_word;
    }
    return false;
}

void RingDriver::write(Tag tag) {
    switch (tag.kind()) {
    case TagKind::Invocation: write(tag.named<rpc::Invocation>()); break;
    case TagKind::LeaseCopy: write(tag.named<rpc::LeaseCopy>()); break;
    case TagKind::Attach: write(tag.named<const rpc::AttachCall>()); break;
    case TagKind::None:
    case TagKind::Attachment:
    case TagKind::Detach:
    case TagKind::Sent:
    case TagKind::Now: break;
    }
    ++in_flight_;
    ring_.add();
}

void RingDriver::write(rpc::Invocation& invocation) {
    abi::Submission& entry = next_entry();
    fill_entry(entry, invocation.target(), invocation.message());
    entry.flags = invocation.tells_server() ? static_cast<u16>(abi::SubmissionFlag::TellServer) : u16{0};
    entry.accept = static_cast<base::u8>(invocation.accepts());
    entry.tag = Tag(TagKind::Invocation, invocation).word();
}

void RingDriver::write(rpc::LeaseCopy& copy) {
    const std::span<const std::byte> bytes = copy.is_into() ? copy.from() : std::span<const std::byte>(copy.to());
    const auto place = place_of(bytes.subspan(copy.copied()));
    const rpc::LeaseCopy::Range& range = copy.range();
    abi::Submission& entry = next_entry();
    entry.capability = handle_.word();
    entry.method = ring_method(abi::RingMethod::CopyLent);
    entry.tag = Tag(TagKind::LeaseCopy, copy).word();
    // What lies nowhere is refused by the kernel: a handle of 0.
    fill_arguments(entry, abi::CopyLentArguments{.token = range.token.word(),
                                                 .lease = range.lease | (copy.is_into() ? abi::kCopyToLease : 0),
                                                 .lease_offset = range.offset + copy.copied(),
                                                 .offset = place ? place->offset : 0,
                                                 .bytes = bytes.size() - copy.copied()});
    entry.slots = 1;
    entry.slot[0] = abi::SlotWord(place ? place->memory : abi::Handle(), copy.is_into() ? abi::kRead : abi::kWrite,
                                  abi::SlotMode::Lend)
                        .word();
}

void RingDriver::write(const rpc::AttachCall& call) {
    abi::Submission& entry = next_entry();
    entry.capability = handle_.word();
    entry.method = ring_method(abi::RingMethod::Attach);
    entry.tag = Tag(TagKind::Attach, call).word();
    fill_arguments(entry, abi::AttachArguments{.tag = Tag(TagKind::Attachment, attachment_of(call.receiver())).word(),
                                               .mask = 0,
                                               .flags = 0});
    entry.slots = 1;
    entry.slot[0] = abi::SlotWord(call.end(), abi::kAllPermissions, abi::SlotMode::Lend).word();
}

void RingDriver::cancel(rpc::Invocation& invocation) {
    if (forget_waiting(invocation)) {
        invocation.refuse(abi::Error::Cancelled);
        return;
    }
    abi::Submission& entry = next_entry();
    entry.capability = handle_.word();
    entry.method = ring_method(abi::RingMethod::Cancel);
    entry.flags = kQuiet;
    fill_arguments(entry, Tag(TagKind::Invocation, invocation).word());
    ring_.add();
}

void RingDriver::send(abi::Handle target, const rpc::Message& message) {
    abi::Submission& entry = next_entry();
    fill_entry(entry, target, message);
    entry.flags = kQuiet;
    // Only what fails has a result; then nobody has what it would have moved.
    entry.tag = Tag::of_sent(moved_by(message)).word();
    ring_.add();
}

void RingDriver::drop(abi::Handle handle) {
    if (handle == abi::Handle()) {
        return;
    }
    abi::Submission& entry = next_entry();
    entry.capability = handle.word();
    entry.method = static_cast<u16>(abi::HandleMethod::Drop);
    entry.flags = kQuiet;
    ring_.add();
}

abi::Completion RingDriver::call_now(abi::Submission submission) {
    Now now{};
    abi::Submission& entry = next_entry();
    entry = submission;
    entry.tag = Tag(TagKind::Now, now).word();
    ring_.add();
    while (!now.is_done) {
        hand_over(0, 0);
        while (look() != Front::Empty) {
            if (look() == Front::Result) {
                take_result();
            } else if (!keep_item()) {
                refuse_front(abi::Error::Busy);
            }
        }
    }
    return now.result;
}

async::Result<rpc::LentPlace> RingDriver::place_of(std::span<const std::byte> bytes) const {
    const std::less_equal<> is_not_behind;
    const std::span<const std::byte> all = lendable_.bytes;
    if (bytes.empty() || all.empty() || !is_not_behind(&all.front(), &bytes.front()) ||
        !is_not_behind(&bytes.back(), &all.back())) {
        return abi::Error::InvalidArgument;
    }
    return rpc::LentPlace{.memory = lendable_.memory,
                          .offset = static_cast<u64>(std::distance(all.data(), bytes.data()))};
}

} // namespace sdk::ring
