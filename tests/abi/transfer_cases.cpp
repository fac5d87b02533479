// Capabilities in messages.
#include "tests/abi/channel_calls.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::SlotMode;
using ::abi::SlotWord;

constexpr Permissions kAll = ::abi::kAllPermissions;

::abi::Submission with_slot(::abi::Submission entry, SlotWord word, u8 accept = 0) {
    entry.slots = 1;
    entry.slot[0] = word.word();
    entry.accept = accept;
    return entry;
}

Error null(Calls& calls, Handle handle) { return calls.call(handle, HandleMethod::Null).error; }

/// What comes of a call that brings `word`.
Error error_of(Calls& calls, ChannelCalls& channel, SlotWord word) {
    channel.submit(with_slot(ChannelCalls::call_entry(channel.client, 1), word));
    const Completion done = channel.take();
    if (kind_of(done) != ::abi::CompletionKind::Request) {
        return static_cast<Error>(done.status);
    }
    channel.answer(done.reply);
    channel.take();
    calls.drop(SlotWord{done.slot[0]}.handle());
    return kGood;
}

void try_derived(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    const Handle memory = calls.create_memory(4096);
    channel.submit(with_slot(ChannelCalls::call_entry(channel.client, 1),
                             {memory, ::abi::kRead | ::abi::kWrite, SlotMode::Derive}));
    const Completion request = channel.take();
    const SlotWord word{request.slot[0]};
    checks.equal("derived", "one capability", request.slots, 1U);
    checks.equal("derived", "its kind", word.kind(), ObjectKind::Memory);
    checks.equal("derived", "its mode", word.mode(), SlotMode::Derive);
    checks.equal("derived", "its permissions", word.permissions().bits, (::abi::kRead | ::abi::kWrite).bits);
    checks.that("derived", "another handle", word.handle() != memory && null(calls, word.handle()) == kGood);
    checks.equal("derived", "the sender keeps its own", null(calls, memory), kGood);
    checks.equal("derived", "revoked by the sender", calls.call(memory, HandleMethod::Revoke).error, kGood);
    checks.equal("derived", "is dead", null(calls, word.handle()), Error::BadHandle);
    checks.equal("derived", "is dropped", calls.drop(word.handle()), kGood);
    channel.answer(request.reply);
    channel.drop();
    calls.drop(memory);
}

void try_moved(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    const Handle memory = calls.create_memory(4096);
    const Handle child = calls.derive(memory, kAll);
    channel.submit(with_slot(ChannelCalls::call_entry(channel.client, 1), {memory, kAll, SlotMode::Move}));
    const Completion request = channel.take();
    const SlotWord word{request.slot[0]};
    checks.equal("moved", "its mode", word.mode(), SlotMode::Move);
    checks.equal("moved", "the sender has it no more", null(calls, memory), Error::BadHandle);
    checks.equal("moved", "and cannot drop it", calls.drop(memory), Error::BadHandle);
    checks.equal("moved", "the receiver has it", null(calls, word.handle()), kGood);
    checks.equal("moved", "its children stay", null(calls, child), kGood);
    checks.equal("moved", "under it", calls.call(word.handle(), HandleMethod::Revoke).error, kGood);
    checks.equal("moved", "so that it revokes them", null(calls, child), Error::BadHandle);
    calls.drop(child);
    channel.answer(request.reply);
    channel.take();
    // A server's end can go through its own channel's peer, too.
    ChannelCalls other(calls, 0);
    other.send(9, 99);
    channel.submit(with_slot(ChannelCalls::call_entry(channel.client, 2), {other.server, kAll, SlotMode::Move}));
    const Completion moved = channel.take();
    other.server = SlotWord{moved.slot[0]}.handle();
    channel.answer(moved.reply);
    channel.take();
    checks.equal("moved", "a server's end", SlotWord{moved.slot[0]}.kind(), ObjectKind::ChannelServer);
    checks.equal("moved", "is attached", other.attach(other.server, 8), kGood);
    const Completion waited = other.take();
    checks.equal("moved", "with the calls that wait in it", word_of(waited), 99U);
    checks.equal("moved", "which are answered", other.answer(waited.reply), kGood);
    checks.equal("moved", "and over", other.take().tag, 9U);
    calls.drop(word.handle());
    other.drop();
    channel.drop();
}

void try_refused(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    const Handle memory = calls.create_memory(4096);
    const Handle plain = calls.derive(memory, ::abi::kRead);
    checks.equal("sent", "derived without Grant", error_of(calls, channel, {plain, kAll, SlotMode::Derive}),
                 Error::AccessDenied);
    checks.equal("sent", "moved without Delegate", error_of(calls, channel, {plain, kAll, SlotMode::Move}),
                 Error::AccessDenied);
    checks.equal("sent", "what there is not", error_of(calls, channel, {Handle{5}, kAll, SlotMode::Move}),
                 Error::BadHandle);
    checks.equal("sent", "with a kind", error_of(calls, channel, {memory, kAll, SlotMode::Move, ObjectKind::Memory}),
                 Error::InvalidArgument);
    checks.equal("sent", "a handle without a mode", error_of(calls, channel, {memory, kAll, SlotMode::None}),
                 Error::InvalidArgument);
    ::abi::Submission twice = with_slot(ChannelCalls::call_entry(channel.client, 1), {memory, kAll, SlotMode::Move});
    twice.slots = 2;
    twice.slot[1] = twice.slot[0];
    channel.submit(twice);
    checks.equal("sent", "moved twice", static_cast<Error>(channel.take().status), Error::InvalidArgument);
    checks.equal("sent", "nothing of all that moved it", null(calls, memory), kGood);
    calls.drop(plain);
    calls.drop(memory);
    channel.drop();
}

void try_answers(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    const Handle memory = calls.create_memory(4096);
    const auto answer_with_it = [&](u8 accept) {
        ::abi::Submission entry = ChannelCalls::call_entry(channel.client, 1);
        entry.accept = accept;
        channel.submit(entry);
        const u64 token = channel.take().reply;
        channel.submit(with_slot(ChannelCalls::answer_entry(token, 2), {memory, ::abi::kRead, SlotMode::Derive}));
        return token;
    };
    const u64 token = answer_with_it(0);
    checks.equal("answer", "with more than the caller takes", static_cast<Error>(channel.take().status),
                 Error::InvalidArgument);
    checks.equal("answer", "without it", channel.answer(token), kGood);
    channel.take();
    answer_with_it(2);
    const SlotWord word{channel.take().slot[0]};
    checks.equal("answer", "with one of two", word.kind(), ObjectKind::Memory);
    checks.equal("answer", "permissions", word.permissions().bits, ::abi::kRead.bits);
    checks.equal("answer", "is there", null(calls, word.handle()), kGood);
    while (calls.has_completion()) {
        calls.take();
    }
    calls.drop(word.handle());
    calls.drop(memory);
    channel.drop();
}

/// One that is gone when the message arrives is not in it; all others are.
void try_lost_on_the_way(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls, 0);
    const Handle memory = calls.create_memory(4096);
    const Handle child = calls.derive(memory, kAll);
    ::abi::Submission entry = with_slot(ChannelCalls::call_entry(channel.client, 1), {child, kAll, SlotMode::Derive});
    entry.slots = 2;
    entry.slot[1] = SlotWord(memory, kAll, SlotMode::Derive).word();
    channel.submit(entry);
    calls.drop(child);
    channel.attach(channel.server, 3);
    const Completion request = channel.take();
    checks.equal("lost", "is none", request.slot[0], 0U);
    checks.equal("lost", "the other arrives", null(calls, SlotWord{request.slot[1]}.handle()), kGood);
    channel.answer(request.reply);
    calls.drop(SlotWord{request.slot[1]}.handle());
    calls.drop(memory);
    channel.drop();
}

/// Capabilities that the program has, when most of those that it gave back have had their grace period.
u32 settled_count(Calls& calls) {
    constexpr u32 kLongEnough = 100;
    for (u32 i = 0; i < kLongEnough; ++i) {
        calls.drop(calls.derive(calls.root(ObjectKind::Debug), kAll));
    }
    return calls.call(calls.root(ObjectKind::Process), method_of(ObjectKind::Process, ::abi::ProcessMethod::State))
        .answer<::abi::ProcessState>()
        .capabilities;
}

} // namespace

void try_transfers(Calls& calls, Checks& checks) {
    constexpr u32 kRounds = 16;
    constexpr u32 kMayStillWait = 8;
    const u32 before = settled_count(calls);
    for (u32 round = 0; round < kRounds; ++round) {
        try_derived(calls, checks);
        try_moved(calls, checks);
        try_refused(calls, checks);
        try_answers(calls, checks);
        try_lost_on_the_way(calls, checks);
    }
    // One that each round leaves behind is seen.
    checks.that("transfers", "leave no capability behind", settled_count(calls) <= before + kMayStillWait);
}

} // namespace tests::abi
