// Events and timers.
#include <array>

#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

using ::abi::AttachArguments;
using ::abi::BudgetMethod;
using ::abi::Completion;
using ::abi::EventMethod;
using ::abi::RingMethod;
using ::abi::TimerMethod;

constexpr u64 kTag = 0xe0;

class Events {
  public:
    explicit Events(Calls& calls) : calls_(calls) {}

    Error attach(Handle source, u64 mask, u64 flags = 0) {
        return calls_
            .call(calls_.root(ObjectKind::Ring), method_of(ObjectKind::Ring, RingMethod::Attach),
                  AttachArguments{.tag = kTag, .mask = mask, .flags = flags},
                  {source, ::abi::kAllPermissions, ::abi::SlotMode::Lend})
            .error;
    }

    Error detach(Handle source) {
        ::abi::Submission entry =
            Calls::entry(calls_.root(ObjectKind::Ring), method_of(ObjectKind::Ring, RingMethod::Detach));
        entry.slots = 1;
        entry.slot[0] = ::abi::SlotWord(source, ::abi::kAllPermissions, ::abi::SlotMode::Lend).word();
        return calls_.send(entry).error;
    }

    Error signal(Handle event, u64 bits) {
        return calls_.call(event, method_of(ObjectKind::Event, EventMethod::Signal), bits).error;
    }

    Error clear(Handle event, u64 bits) {
        return calls_.call(event, method_of(ObjectKind::Event, EventMethod::Clear), bits).error;
    }

    u64 bits(Handle event) { return calls_.call(event, method_of(ObjectKind::Event, EventMethod::Bits)).answer<u64>(); }

    Error arm(Handle timer, u64 deadline, u64 period = 0, u64 slack = 0) {
        return calls_
            .call(timer, method_of(ObjectKind::Timer, TimerMethod::Arm),
                  ::abi::ArmArguments{.deadline = deadline, .period = period, .slack = slack})
            .error;
    }

    /// The bits of the next notice; 0: there is none.
    u64 take() {
        if (!calls_.has_completion()) {
            return 0;
        }
        const Completion front = calls_.take();
        const bool is_notice =
            (front.flags & ::abi::kCompletionKindMask) == static_cast<u16>(::abi::CompletionKind::Notice);
        return is_notice && front.tag == kTag ? front.badge : ~u64{0};
    }

    /// The same, after the kernel was entered.
    u64 take_later() {
        sdk::runtime::submit(0, 0);
        return take();
    }

  private:
    Calls& calls_;
};

/// Nothing is attached, so results alone come.
void try_bits(Events& events, Checks& checks, Handle event) {
    checks.equal("event", "begins clear", events.bits(event), 0U);
    checks.equal("event", "signal", events.signal(event, 5), kGood);
    checks.equal("event", "more", events.signal(event, 9), kGood);
    checks.equal("event", "has all of them", events.bits(event), 13U);
    checks.equal("event", "clear", events.clear(event, 5), kGood);
    checks.equal("event", "has the rest", events.bits(event), 8U);
    checks.equal("event", "clear", events.clear(event, ~u64{0}), kGood);
}

/// Notices come before the result of the call that makes them, so calls go in batches that look at notices alone.
void signal_quietly(Calls& calls, Handle event, u64 bits) {
    ::abi::Submission& entry = calls.ring().next();
    entry = Calls::entry(event, method_of(ObjectKind::Event, EventMethod::Signal));
    entry.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
    entry.length = sizeof(u64);
    entry.payload.at(0) = static_cast<u8>(bits);
    calls.ring().add();
    sdk::runtime::submit(1, 0);
}

void try_notices(Calls& calls, Events& events, Checks& checks, Handle event) {
    checks.equal("event", "attach without a bit", events.attach(event, 0), Error::InvalidArgument);
    checks.equal("event", "attach with unknown flags", events.attach(event, 1, 4), Error::InvalidArgument);
    checks.equal("event", "attach", events.attach(event, 7), kGood);
    checks.equal("event", "nothing yet", events.take_later(), 0U);
    signal_quietly(calls, event, 1);
    signal_quietly(calls, event, 2);
    signal_quietly(calls, event, 8);
    signal_quietly(calls, event, 4);
    checks.equal("event", "a notice", events.take(), 1U);
    checks.equal("event", "others only when it was read", events.take(), 0U);
    checks.equal("event", "and then together, as far as they are wanted", events.take_later(), 6U);
    checks.equal("event", "once", events.take_later(), 0U);
    signal_quietly(calls, event, 1);
    checks.equal("event", "again when it is signalled again", events.take(), 1U);
    checks.equal("event", "detach", events.detach(event), kGood);
    checks.equal("event", "detach twice", events.detach(event), Error::BadState);
    signal_quietly(calls, event, 1);
    checks.equal("event", "nothing comes from it", events.take_later(), 0U);
    checks.equal("event", "keeps its bits", events.bits(event), 15U);
}

void try_levels(Calls& calls, Events& events, Checks& checks, Handle event) {
    events.clear(event, ~u64{0});
    checks.equal("level", "attach", events.attach(event, 1, ::abi::kTellLevel), kGood);
    signal_quietly(calls, event, 3);
    checks.equal("level", "a notice", events.take(), 1U);
    checks.equal("level", "again", events.take_later(), 1U);
    sdk::runtime::submit(0, 0);
    sdk::runtime::submit(0, 0);
    checks.equal("level", "once until it is read", events.take(), 1U);
    checks.equal("level", "and no more", events.take(), 0U);
    // What cannot be told again yet keeps no other from its turn.
    const Handle other = calls.create(BudgetMethod::CreateEvent);
    checks.equal("level", "of another", events.attach(other, 1), kGood);
    signal_quietly(calls, other, 1);
    sdk::runtime::submit(0, 0);
    checks.that("level", "both are told", events.take() != 0 && events.take() != 0);
    checks.equal("level", "the other is dropped", calls.drop(other), kGood);
    events.detach(event);
    while (events.take() != 0) {
    }
    events.clear(event, ~u64{0});
    checks.equal("clearing", "attach", events.attach(event, 3, ::abi::kClearTold), kGood);
    signal_quietly(calls, event, 7);
    checks.equal("clearing", "a notice", events.take(), 3U);
    checks.equal("clearing", "only the others are left", events.bits(event), 4U);
    checks.equal("clearing", "detach", events.detach(event), kGood);
}

void try_masks(Calls& calls, Events& events, Checks& checks, Handle event) {
    const Handle part =
        calls
            .call(event, static_cast<u16>(HandleMethod::Derive),
                  ::abi::DeriveArguments{
                      .permissions = ::abi::kAllPermissions.bits, .expiry = 0, .has_qualifier = 1, .qualifier = 6})
            .handle();
    events.clear(event, ~u64{0});
    checks.equal("mask", "signal inside", events.signal(part, 2), kGood);
    checks.equal("mask", "signal outside", events.signal(part, 3), Error::OutOfRange);
    checks.equal("mask", "clear outside", events.clear(part, 1), Error::OutOfRange);
    checks.equal("mask", "attach outside", events.attach(part, 9), Error::OutOfRange);
    events.signal(event, 9);
    checks.equal("mask", "shows its bits alone", events.bits(part), 2U);
    checks.equal("mask", "is dropped", calls.drop(part), kGood);
}

} // namespace

void try_events(Calls& calls, Checks& checks) {
    Events events(calls);
    const Handle event = calls.create(BudgetMethod::CreateEvent);
    try_bits(events, checks, event);
    try_notices(calls, events, checks, event);
    try_levels(calls, events, checks, event);
    try_masks(calls, events, checks, event);
    checks.equal("event", "attach before its end", events.attach(event, 1), kGood);
    while (events.take() != 0) {
    }
    checks.equal("event", "is dropped", calls.drop(event), kGood);
}

namespace {

/// Two that may come late come together, at the roundest moment that both allow, and not before.
void try_slack(Calls& calls, Events& events, Checks& checks) {
    constexpr u64 kRound = u64{1} << 26;
    const std::array timers{calls.create(BudgetMethod::CreateTimer), calls.create(BudgetMethod::CreateTimer)};
    checks.equal("slack", "as long as the period", events.arm(timers[0], 1, 1'000'000, 1'000'000),
                 Error::InvalidArgument);
    checks.equal("slack", "shorter than the period", events.arm(timers[0], ~u64{0} >> 2, 1'000'000, 999'999), kGood);
    for (const Handle timer : timers) {
        checks.equal("slack", "attach", events.attach(timer, 1), kGood);
    }
    bool is_seen = false;
    for (int attempt = 0; attempt < 20 && !is_seen; ++attempt) {
        const u64 end = (calls.now() / kRound + 2) * kRound;
        while (events.take_later() != 0) {
        }
        events.arm(timers[0], end - kRound + 1, 0, kRound);
        events.arm(timers[1], end - kRound / 2, 0, kRound);
        while (calls.now() < end - kRound / 4) {
        }
        const u64 early = events.take_later();
        is_seen = calls.now() < end;
        checks.that("slack", "both wait", !is_seen || early == 0);
    }
    checks.that("slack", "is seen", is_seen);
    calls.wait();
    checks.equal("slack", "one comes", events.take(), 1U);
    calls.wait();
    checks.equal("slack", "and the other", events.take(), 1U);
    for (const Handle timer : timers) {
        calls.drop(timer);
    }
}

} // namespace

void try_timers(Calls& calls, Checks& checks) {
    Events events(calls);
    const Handle timer = calls.create(BudgetMethod::CreateTimer);
    checks.equal("timer", "attach more than its bit", events.attach(timer, 3), Error::OutOfRange);
    checks.equal("timer", "attach", events.attach(timer, 1), kGood);
    checks.equal("timer", "too short a period", events.arm(timer, 1, 1), Error::InvalidArgument);
    checks.equal("timer", "arm", events.arm(timer, 1), kGood);
    calls.wait();
    checks.equal("timer", "a deadline that passed", events.take(), 1U);
    checks.equal("timer", "is told once", events.take_later(), 0U);
    checks.equal("timer", "periodically", events.arm(timer, 1, 1'000'000), kGood);
    for (int i = 0; i < 3; ++i) {
        calls.wait();
        checks.equal("timer", "each time", events.take(), 1U);
    }
    checks.equal("timer", "far away", events.arm(timer, ~u64{0} >> 2), kGood);
    while (events.take() != 0) {
    }
    checks.equal("timer", "a period longer than all time", events.arm(timer, 1, ~u64{0} - 400), kGood);
    calls.wait();
    checks.equal("timer", "is told once too", events.take() == 1 ? events.take_later() : 1, 0U);
    checks.equal("timer", "disarm", calls.call(timer, method_of(ObjectKind::Timer, TimerMethod::Disarm)).error, kGood);
    try_slack(calls, events, checks);
    checks.equal("timer", "is dropped while it is armed",
                 events.arm(timer, ~u64{0} >> 2) == kGood ? calls.drop(timer) : Error::BadState, kGood);
}

} // namespace tests::abi
