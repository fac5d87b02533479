// Calls that wait in a channel end with the capability through which they were sent.
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::SlotMode;
using ::abi::SlotWord;

constexpr u64 kTag = 0x3a17;
constexpr u64 kSoon = 10'000'000;

/// A channel whose server is not attached, so that calls wait, and three capabilities one below the other.
struct Waiting {
    explicit Waiting(Calls& with)
        : calls(with), channel(with, 0), parent(derive(channel.client)), own(derive(parent)) {}

    Handle derive(Handle from, u64 expiry = 0) { return calls.derive(from, ::abi::kAllPermissions, expiry); }

    void send(u64 tag = kTag) { channel.submit(ChannelCalls::call_entry(own, tag)); }

    Error revoke(Handle handle) { return calls.call(handle, HandleMethod::Revoke).error; }

    Error set_expiry(Handle handle, u64 expiry) {
        return calls.call(handle, static_cast<u16>(HandleMethod::SetExpiry), expiry).error;
    }

    /// Has what waits delivered.
    Completion request() {
        channel.attach(channel.server, kServerTag);
        return channel.take();
    }

    void end() {
        for (const Handle handle : {own, parent}) {
            calls.drop(handle);
        }
        channel.drop();
    }

    Calls& calls;
    ChannelCalls channel;
    Handle parent;
    Handle own;
};

void expect_end(Checks& checks, std::string_view what, Calls& calls, Error error, u64 tag = kTag) {
    checks.that(what, "is over", calls.has(tag));
    checks.equal(what, "by", calls.has(tag) ? calls.take(tag).error : kGood, error);
    checks.that(what, "is over once", !calls.has_completion());
}

void try_revoked(Calls& calls, Checks& checks, u32 level) {
    Waiting waiting(calls);
    waiting.send();
    checks.that("a call", "waits", !calls.has_completion());
    const Handle above = std::array{waiting.own, waiting.parent, waiting.channel.client}.at(level);
    checks.equal("revoke", "what a call waits by", waiting.revoke(above), kGood);
    expect_end(checks, "a call whose capability is revoked", calls, Error::Revoked);
    checks.that("what was revoked", "is never delivered", waiting.request().tag == 0);
    waiting.end();
}

void try_others(Calls& calls, Checks& checks) {
    Waiting waiting(calls);
    const Handle other = waiting.derive(waiting.parent);
    waiting.channel.submit(ChannelCalls::call_entry(other, 1, 11));
    waiting.send(2);
    waiting.channel.submit(ChannelCalls::call_entry(other, 3, 33));
    checks.equal("revoke", "what one of three waits by", waiting.revoke(waiting.own), kGood);
    expect_end(checks, "one of three", calls, Error::Revoked, 2);
    const Completion first = waiting.request();
    const Completion third = waiting.channel.take();
    checks.that("the others", "are delivered in their order", word_of(first) == 11 && word_of(third) == 33);
    checks.equal("revoke", "what was delivered", waiting.revoke(waiting.parent), kGood);
    checks.that("what was delivered", "stays so", !calls.has_completion());
    checks.equal("answer", "what was delivered", waiting.channel.answer(first.reply, 5), kGood);
    checks.equal("what was delivered", "is answered", word_of(waiting.channel.take()), 5U);
    waiting.channel.answer(third.reply);
    calls.drop(other);
    waiting.end();
}

/// As with all that was obtained through it, its end goes on below the capability above.
void try_dropped(Calls& calls, Checks& checks) {
    Waiting waiting(calls);
    waiting.send();
    checks.equal("drop", "what a call waits by", calls.drop(waiting.own), kGood);
    checks.that("a call", "outlives what it was sent through", !calls.has_completion());
    checks.equal("revoke", "above that", waiting.revoke(waiting.channel.client), kGood);
    expect_end(checks, "a call whose capability was dropped", calls, Error::Revoked);
    waiting.own = waiting.derive(waiting.channel.client);
    waiting.send();
    for (const Handle handle : {waiting.own, waiting.parent, waiting.channel.client}) {
        calls.drop(handle);
    }
    const Completion request = waiting.request();
    checks.equal("a call", "outlives all", request.method, kMethod);
    checks.equal("answer", "it", waiting.channel.answer(request.reply), kGood);
    checks.equal("a call that outlived all", "is over", calls.take(kTag).error, kGood);
    waiting.channel.drop();
}

void try_expired(Calls& calls, Checks& checks) {
    Waiting waiting(calls);
    waiting.own = waiting.derive(waiting.parent, calls.now() + kSoon);
    waiting.send();
    calls.wait();
    expect_end(checks, "a call whose capability expires", calls, Error::Expired);
    waiting.own = waiting.derive(waiting.parent);
    waiting.send();
    checks.that("a call", "without an end waits", !calls.has_completion());
    const Error soon = waiting.set_expiry(waiting.channel.client, calls.now() + kSoon);
    // On a machine that stands still meanwhile, its own time is over before it is done.
    checks.that("set_expiry", "above it, to soon", soon == kGood || soon == Error::Expired);
    calls.wait();
    expect_end(checks, "a call below what expires", calls, Error::Expired);
    waiting.end();
}

/// Of all kinds of entries, with one result each.
void try_kinds(Calls& calls, Checks& checks) {
    Waiting waiting(calls);
    ::abi::Submission one_way = ChannelCalls::call_entry(waiting.own, kTag);
    one_way.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
    waiting.channel.submit(one_way);
    waiting.revoke(waiting.own);
    expect_end(checks, "a call without an answer", calls, Error::Revoked);
    const Handle memory = calls.create_memory(4096);
    ::abi::Submission lending = ChannelCalls::call_entry(waiting.own, kTag);
    lending.slots = 1;
    lending.slot[0] = lend(memory, ::abi::kRead).word();
    // The last word has the range's length in its lowest byte and its access in the last but one.
    lending.payload.at(56) = 8;
    lending.payload.at(62) = static_cast<u8>(::abi::kLeaseRead);
    waiting.channel.submit(lending);
    checks.that("a call that lends", "waits", !calls.has_completion());
    waiting.revoke(waiting.own);
    expect_end(checks, "a call that lends", calls, Error::Revoked);
    calls.drop(memory);
    waiting.send();
    checks.equal("cancel", "a call that waits", calls.cancel(kTag), 1U);
    waiting.revoke(waiting.own);
    expect_end(checks, "a cancelled call", calls, Error::Cancelled);
    ::abi::Submission late = ChannelCalls::call_entry(waiting.own, kTag);
    late.deadline = calls.now() + kSoon;
    waiting.channel.submit(late);
    waiting.revoke(waiting.own);
    expect_end(checks, "a call with a deadline", calls, Error::Revoked);
    checks.equal("cancel", "what was revoked", calls.cancel(kTag), 0U);
    waiting.send();
    calls.drop(waiting.channel.server);
    calls.wait();
    waiting.revoke(waiting.own);
    expect_end(checks, "a call whose server is gone", calls, Error::PeerClosed);
    waiting.end();
}

/// It waits by the authority of who forwarded it.
void try_forwarded(Calls& calls, Checks& checks) {
    ChannelCalls first(calls);
    Waiting second(calls);
    const Handle part = calls.derive(first.client, ::abi::kAllPermissions);
    const auto forward = [&](u64 token) {
        ::abi::Submission entry = ChannelCalls::answer_entry(token, 0);
        entry.method = kMethod;
        entry.slots = 1;
        entry.slot[0] = lend(second.own).word();
        return calls.send(entry).error;
    };
    first.submit(ChannelCalls::call_entry(part, kTag));
    checks.equal("forward", "to where calls wait", forward(first.take().reply), kGood);
    checks.equal("revoke", "what the caller had", second.revoke(part), kGood);
    checks.that("a forwarded call", "was delivered once", !calls.has_completion());
    checks.equal("revoke", "what it was forwarded through", second.revoke(second.own), kGood);
    expect_end(checks, "a forwarded call", calls, Error::Revoked);
    first.submit(ChannelCalls::call_entry(part, kTag));
    forward(first.take().reply);
    const Completion request = second.request();
    second.revoke(second.own);
    checks.equal("answer", "a forwarded call", second.channel.answer(request.reply), kGood);
    expect_end(checks, "a forwarded call that was delivered", calls, kGood);
    calls.drop(part);
    second.end();
    first.drop();
}

/// What waits is paid for, whatever ends it.
void try_paid_back(Calls& calls, Checks& checks) {
    constexpr u32 kMany = 100;
    Waiting waiting(calls);
    const auto send_many = [&] {
        for (u32 i = 0; i < kMany; ++i) {
            waiting.channel.detach(waiting.channel.server);
            waiting.send();
            waiting.send(kTag + 1);
            calls.cancel(kTag + 1);
            calls.take();
            if (i % 2 == 0) {
                waiting.revoke(waiting.own);
            } else {
                waiting.channel.answer(waiting.request().reply);
            }
            calls.take();
        }
    };
    send_many();
    const ::abi::BudgetUsage before = settled_usage(calls);
    send_many();
    const ::abi::BudgetUsage after = usage_after(calls, before);
    checks.equal("calls that waited", "are paid back", after.memory_bytes, before.memory_bytes);
    waiting.end();
}

/// Each has one result, whichever comes first.
void try_deadlines(Calls& calls, Checks& checks) {
    constexpr u32 kRounds = 40;
    constexpr u64 kStep = 20'000;
    Waiting waiting(calls);
    u32 expired = 0;
    u32 late = 0;
    for (u32 round = 0; round < kRounds; ++round) {
        const u64 now = calls.now();
        waiting.own = waiting.derive(waiting.parent, now + kSoon + round % 7 * kStep);
        ::abi::Submission entry = ChannelCalls::call_entry(waiting.own, kTag);
        entry.deadline = now + kSoon + round % 5 * kStep;
        waiting.channel.submit(entry);
        const Error error = calls.take(kTag).error;
        expired += error == Error::Expired ? 1 : 0;
        late += error == Error::TimedOut ? 1 : 0;
        calls.drop(waiting.own);
    }
    checks.equal("expiries and deadlines", "have one result each", expired + late, kRounds);
    checks.that("expiries and deadlines", "leave nothing behind", !calls.has_completion());
    waiting.end();
}

/// A server on another processor takes calls, one at a time, while what they were sent through is revoked.
void try_race(Calls& calls, Checks& checks, u64 processor) {
    constexpr u32 kRounds = 300;
    constexpr u32 kCalls = 4;
    Children children(calls);
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    Waiting waiting(calls);
    calls.call(ring.handle(), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
               ::abi::AttachArguments{.tag = 5, .mask = 0, .flags = 0}, lend(waiting.channel.server));
    const Outcome thread = children.create_thread(
        child, {.routine = Routine::Serve, .first = ring.answer<u64>(), .processor = processor}, ring.handle());
    children.thread_call(thread.handle(), ::abi::ThreadMethod::Start);
    u32 answered = 0;
    u32 revoked = 0;
    u32 left = 0;
    for (u32 round = 0; thread.error == kGood && round < kRounds; ++round) {
        for (u32 call = 0; call < kCalls; ++call) {
            waiting.send(kTag + call);
        }
        waiting.revoke(round % 2 == 0 ? waiting.own : waiting.parent);
        if (round % 2 != 0) {
            calls.drop(waiting.own);
            waiting.own = waiting.derive(waiting.parent);
        }
        for (u32 call = 0; call < kCalls; ++call) {
            const Error error = calls.take(kTag + call).error;
            answered += error == kGood ? 1 : 0;
            revoked += error == Error::Revoked ? 1 : 0;
        }
        left += calls.has_completion() ? 1 : 0;
    }
    const u32 all = thread.error == kGood ? kRounds * kCalls : 0;
    checks.equal("calls and revocations", "have one result each", answered + revoked, all);
    checks.equal("calls and revocations", "leave nothing behind", left, 0U);
    children.kill(child);
    children.wait(child);
    if (thread.error == kGood) {
        calls.drop(thread.handle());
    }
    calls.drop(ring.handle());
    children.drop(child);
    waiting.end();
    children.end();
}

} // namespace

void try_waiting_calls(Calls& calls, Checks& checks) {
    for (u32 level = 0; level < 3; ++level) {
        try_revoked(calls, checks, level);
    }
    try_others(calls, checks);
    try_dropped(calls, checks);
    try_expired(calls, checks);
    try_kinds(calls, checks);
    try_forwarded(calls, checks);
    try_paid_back(calls, checks);
    try_deadlines(calls, checks);
    for (u64 processor = 0; processor < 4; ++processor) {
        try_race(calls, checks, processor);
    }
}

} // namespace tests::abi
