// Budgets that end while threads that they pay for run, are called, and create.
#include <atomic>

#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/process/own_thread.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::BudgetMethod;
using ::abi::BudgetUsage;
using ::abi::EndReport;

constexpr u32 kProcessors = 4;

/// Threads that spin on all processors, one that waits and one that never ran.
void try_running(BudgetCalls& budgets, Children& children, Checks& checks) {
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    std::array<Handle, kProcessors + 2> threads{};
    Child child{};
    Outcome ring{};
    {
        const Paid paid(calls, budget);
        child = children.create();
        ring = children.create_ring(child);
    }
    for (u64 processor = 0; processor < kProcessors; ++processor) {
        const Outcome made = children.create_thread(
            child,
            {.routine = Routine::Spin, .first = Children::kBoard + 64 * (processor + 1), .processor = processor});
        threads.at(processor) = made.error == kGood ? made.handle() : Handle{};
        children.thread_call(threads.at(processor), ::abi::ThreadMethod::Start);
    }
    threads.at(kProcessors) = children.start(child, {.routine = Routine::Park}, ring.handle());
    threads.at(kProcessors + 1) = children.create_thread(child, {.routine = Routine::Exit}).handle();
    const u64 waiting =
        calls.post(Calls::entry(child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Wait)));
    const u64 for_thread =
        calls.post(Calls::entry(threads.front(), method_of(ObjectKind::Thread, ::abi::ThreadMethod::Wait)));
    rest_until(calls, [] { return true; });
    checks.equal("destroy", "with threads that run", budgets.destroy(budget), kGood);
    constexpr auto kKilled = static_cast<u32>(::abi::EndReason::Killed);
    checks.equal("who waited for a process", "hears of its end", calls.take(waiting).answer<EndReport>().reason,
                 kKilled);
    checks.equal("who waited for a thread", "hears of its end", calls.take(for_thread).answer<EndReport>().reason,
                 kKilled);
    const u64 count = children.board(8);
    rest_until(calls, [] { return true; });
    checks.equal("a thread of a destroyed budget", "does not run", children.board(8), count);
    checks.equal("a process of a destroyed budget", "is no more", calls.call(child.process, HandleMethod::Null).error,
                 Error::BadHandle);
    for (const Handle thread : threads) {
        calls.drop(thread);
    }
    for (const Handle handle : {ring.handle(), budget}) {
        calls.drop(handle);
    }
    children.drop(child);
}

/// A server that has a call and does not answer ends with its budget, on any processor.
void try_server(BudgetCalls& budgets, Children& children, Checks& checks, u64 processor) {
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    ChannelCalls channel(calls, 0);
    Child child{};
    Outcome ring{};
    {
        const Paid paid(calls, budget);
        child = children.create();
        ring = children.create_ring(child);
    }
    calls.call(ring.handle(), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
               ::abi::AttachArguments{.tag = 5, .mask = 0, .flags = 0}, lend(channel.server));
    const Outcome made = children.create_thread(
        child, {.routine = Routine::Park, .first = ring.answer<u64>(), .processor = processor}, ring.handle());
    if (made.error == kGood) {
        children.thread_call(made.handle(), ::abi::ThreadMethod::Start);
        rest_until(calls, [] { return true; });
        channel.send(1);
        checks.equal("destroy", "a server that has a call", budgets.destroy(budget), kGood);
        calls.wait();
        const ::abi::Completion done = channel.take();
        checks.equal("its call", "is over", done.status, static_cast<u16>(Error::PeerClosed));
        checks.equal("its call", "and no other", done.tag, 1U);
        calls.drop(made.handle());
    }
    for (const Handle handle : {ring.handle(), budget}) {
        calls.drop(handle);
    }
    children.drop(child);
    channel.drop();
}

/// What the two threads of try_creator() share.
struct Creator {
    u64 budget;
    std::atomic<u64> created;
    std::atomic<u64> error; ///< 0 while it goes on
};

constexpr OwnThread::RingShape kShape{.submissions = 2, .completions = 4, .window = 1};

::abi::Completion send(sdk::runtime::ProgramRing& ring, const ::abi::Submission& entry) {
    ring.next() = entry;
    ring.add();
    while (ring.front() == nullptr) {
        sdk::runtime::submit(ring.added(), 1);
    }
    const ::abi::Completion done = *ring.front();
    ring.pop();
    return done;
}

/// Makes one object after the other, of several kinds, until it is refused.
void create_on(::abi::RingHeader* header, u64 argument) {
    auto& shared = *std::bit_cast<Creator*>(argument);
    sdk::runtime::ProgramRing ring = OwnThread::ring_at(*header, kShape);
    for (u32 round = 0;; ++round) {
        constexpr std::array kMethods{BudgetMethod::CreateEvent, BudgetMethod::CreateChannel,
                                      BudgetMethod::CreateProcess, BudgetMethod::CreateBudget};
        const u16 method = BudgetCalls::method(kMethods.at(round % kMethods.size()));
        ::abi::Submission entry = Calls::with(Handle{shared.budget}, method, kNoLimits);
        entry.length = ::abi::find_method(method)->argument_bytes;
        if (method == BudgetCalls::method(BudgetMethod::CreateProcess)) {
            entry.payload = {};
        }
        const ::abi::Completion made = send(ring, entry);
        if (made.status != 0) {
            shared.error = made.status;
            break;
        }
        for (u32 slot = 0; slot < made.slots; ++slot) {
            const Handle handle = ::abi::SlotWord{made.slot.at(slot)}.handle();
            send(ring, Calls::entry(handle, static_cast<u16>(HandleMethod::Drop)));
        }
        ++shared.created;
    }
    for (;;) {
        sdk::runtime::submit(0, 1);
    }
}

void try_creator(BudgetCalls& budgets, Checks& checks, u32 rounds) {
    constexpr u64 kLong = 20'000'000'000;
    Calls& calls = budgets.calls();
    for (u32 round = 0; round < rounds; ++round) {
        const Handle budget = budgets.create();
        Creator shared{.budget = budget.word(), .created = 0, .error = 0};
        OwnThread thread(calls, kShape);
        thread.start(&create_on, std::bit_cast<u64>(&shared));
        const u64 end = calls.now() + kLong;
        const u64 wanted = 1 + round % 7;
        while (shared.created < wanted && calls.now() < end) {
        }
        checks.equal("destroy", "while somebody creates", budgets.destroy(budget), kGood);
        while (shared.error == 0 && calls.now() < end) {
        }
        checks.equal("who creates", "is refused", shared.error.load(), static_cast<u64>(Error::BadState));
        thread.end();
        calls.drop(budget);
    }
}

} // namespace

void try_destroying_at_work(Calls& calls, Checks& checks) {
    constexpr u32 kRounds = 10;
    BudgetCalls budgets(calls);
    Children children(calls);
    const auto run = [&](u32 rounds) {
        try_running(budgets, children, checks);
        for (u64 processor = 0; processor < kProcessors; ++processor) {
            try_server(budgets, children, checks, processor);
        }
        try_creator(budgets, checks, rounds);
    };
    run(kRounds);
    const BudgetUsage before = budgets.settled();
    run(2 * kRounds);
    budgets.expect_settled(checks, "budgets destroyed at work", before);
    children.end();
}

} // namespace tests::abi
