// Two threads of one process that signal each other and wait.
#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/own_thread.hpp"

namespace tests::abi {

namespace {

constexpr OwnThread::RingShape kShape{.submissions = 2, .completions = 4, .window = 1};
constexpr u64 kTag = 0x516;
constexpr u64 kHeard = 0xff'ffff;

void fill_signal(::abi::Submission& entry, Handle event, u64 bits) {
    entry = Calls::with(event, method_of(ObjectKind::Event, ::abi::EventMethod::Signal), bits);
    entry.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
    entry.tag = kTag;
}

/// What the other thread does for ever: the bits that it hears of it signals to `event`.
[[noreturn]] void echo_signals(::abi::RingHeader* header, u64 event) {
    sdk::runtime::ProgramRing ring = OwnThread::ring_at(*header, kShape);
    sdk::runtime::submit(0, 1);
    for (;;) {
        const u64 bits = ring.front() == nullptr ? 0 : ring.front()->badge;
        ring.pop();
        fill_signal(ring.next(), Handle{event}, bits);
        ring.add();
        sdk::runtime::submit(1, 1);
    }
}

/// This thread signals `there` and hears of `back`; the other one the other way round.
class Echo {
  public:
    explicit Echo(Calls& calls) : calls_(calls), there(make_event()), back(make_event()), thread_(calls, kShape) {
        attach(thread_.ring(), there, ::abi::kClearTold);
        attach(calls.root(ObjectKind::Ring), back, 0);
        thread_.start(echo_signals, back.word());
    }

    void end() {
        thread_.end();
        for (const Handle handle : {there, back}) {
            calls_.drop(handle);
        }
    }

    /// Signals `bits` through `event` and waits for one completion, in one call of the kernel. It is that.
    ::abi::Completion signal(Handle event, u64 bits) {
        fill_signal(calls_.ring().next(), event, bits);
        calls_.ring().add();
        sdk::runtime::submit(1, 1);
        calls_.wait();
        return calls_.take();
    }

    u64 bits(Handle event) {
        return calls_.call(event, method_of(ObjectKind::Event, ::abi::EventMethod::Bits)).answer<u64>();
    }

  private:
    Handle make_event() { return calls_.create(::abi::BudgetMethod::CreateEvent); }

    void attach(Handle ring, Handle event, u64 flags) {
        calls_.call(ring, method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
                    ::abi::AttachArguments{.tag = kTag, .mask = kHeard, .flags = flags}, lend(event));
    }

    Calls& calls_;

  public:
    Handle there;
    Handle back;

  private:
    OwnThread thread_;
};

void try_echoes(Echo& echo, Checks& checks) {
    constexpr u64 kRounds = 200;
    u64 good = 0;
    for (u64 round = 0; round < kRounds; ++round) {
        const u64 bits = u64{1} << round % 24 | u64{1} << round % 7;
        const ::abi::Completion heard = echo.signal(echo.there, bits);
        good += heard.badge == bits && heard.tag == kTag && heard.status == 0 && heard.length == 0 &&
                        kind_of(heard) == ::abi::CompletionKind::Notice
                    ? 1
                    : 0;
    }
    checks.equal("signals between threads", "are heard", good, kRounds);
    checks.equal("signals between threads", "are cleared when they were told", echo.bits(echo.there), 0U);
    checks.equal("signals between threads", "or stay", echo.bits(echo.back), kHeard);
    // A bit that nobody listens to goes along with one that somebody does.
    const ::abi::Completion heard = echo.signal(echo.there, u64{1} << 40 | 2);
    checks.equal("signals between threads", "are told as far as they are listened to", heard.badge, 2U);
    checks.equal("signals between threads", "that nobody listens to stay", echo.bits(echo.there), u64{1} << 40);
}

void try_refused(Calls& calls, Echo& echo, Checks& checks) {
    const auto refusal = [&](Handle event, u64 bits) {
        const ::abi::Completion done = echo.signal(event, bits);
        return kind_of(done) == ::abi::CompletionKind::Result ? static_cast<Error>(done.status) : kGood;
    };
    const Handle reader = calls.derive(echo.there, ::abi::kRead);
    const Handle expired = calls.derive(echo.there, ::abi::kAllPermissions, 1);
    const Handle narrow =
        calls
            .call(echo.there, static_cast<u16>(HandleMethod::Derive),
                  ::abi::DeriveArguments{
                      .permissions = ::abi::kAllPermissions.bits, .expiry = 0, .has_qualifier = 1, .qualifier = 6})
            .handle();
    checks.equal("a signal", "without permission", refusal(reader, 1), Error::AccessDenied);
    checks.equal("a signal", "too late", refusal(expired, 1), Error::Expired);
    checks.equal("a signal", "of a bit that is not shown", refusal(narrow, 1), Error::OutOfRange);
    checks.equal("a signal", "of one that is", refusal(narrow, 4), kGood);
    checks.equal("a signal", "of nothing that there is", refusal(Handle{}, 1), Error::BadHandle);
    checks.equal("a signal", "of something else", refusal(calls.root(ObjectKind::Debug), 1), Error::WrongType);
    checks.equal("refused signals", "set nothing", echo.bits(echo.there), u64{1} << 40);
    for (const Handle handle : {reader, expired, narrow}) {
        calls.drop(handle);
    }
}

} // namespace

void try_signals(Calls& calls, Checks& checks) {
    Echo echo(calls);
    try_echoes(echo, checks);
    try_refused(calls, echo, checks);
    echo.end();
    checks.that("signals between threads", "leave nothing behind", !calls.has_completion());
}

} // namespace tests::abi
