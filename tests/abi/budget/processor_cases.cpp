// What the threads of a budget may have of the processors.
#include <array>

#include "tests/abi/budget/limited.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/process/counters.hpp"

namespace tests::abi {

namespace {

using ::abi::BudgetMethod;
using ::abi::ProcessorLimits;
using ::abi::ProcessorQuota;
using ::abi::ProcessorUsage;
using ::abi::RealTimeRefusal;
using ::abi::SchedulingClass;

constexpr u64 kBillion = 1'000'000'000;

/// Counters that a budget pays for.
struct PaidCounters {
    PaidCounters(Children& children, Checks& checks, Handle budget)
        : paid(children.calls(), budget), counters(children, checks) {}

    Paid paid;
    Counters counters;
};

struct Wrong {
    std::string_view what;
    ProcessorLimits limits;
};

constexpr std::array kWrong{
    Wrong{"a share beyond the greatest", {65'537, 0, kUnlimited}},
    Wrong{"a quota without a share", {0, 0, {kMillisecond, 10 * kMillisecond}}},
    Wrong{"what is not zero", {kWeight, 1, kUnlimited}},
    Wrong{"too short a period", limited(1, kMillisecond - 1)},
    Wrong{"too long a period", limited(1, kSecond + 1)},
    Wrong{"a quota without a period", limited(kMillisecond, 0)},
    Wrong{"a quota of nothing", limited(0, 10 * kMillisecond)},
    Wrong{"more than sixteen processors", limited(16 * kMillisecond + 1, kMillisecond)},
    Wrong{"all ones", {~u32{0}, ~u32{0}, {~u64{0}, ~u64{0}}}},
};

void try_wrong_ones(BudgetCalls& budgets, Checks& checks) {
    Calls& calls = budgets.calls();
    const ProcessorLimits right = limited(5 * kMillisecond, 10 * kMillisecond);
    Limited budget(budgets, right);
    for (const auto& [what, limits] : kWrong) {
        checks.equal("create_budget", what, budgets.create(calls.root(ObjectKind::Budget), kNoLimits, limits).error,
                     Error::InvalidArgument);
        checks.equal("set_processor_limits", what, budget.set(limits), Error::InvalidArgument);
    }
    checks.equal("set_processor_limits", "none", budget.set({}), Error::InvalidArgument);
    const ProcessorUsage usage = budget.usage();
    checks.that("processor_usage", "of what was made",
                usage.share == kWeight && usage.quota.amount == right.quota.amount &&
                    usage.quota.period == right.quota.period && usage.real_time.period == 0 && usage.used == 0);
    Limited plain(budgets, ProcessorLimits{});
    checks.equal("set_processor_limits", "of one that has none", plain.set(kAnyShare), Error::BadState);
    checks.equal("reserve_real_time", "of one without limits", plain.reserve(1, kMillisecond).error, Error::BadState);
    checks.equal("processor_usage", "of one without limits", plain.usage().share, 0U);
    checks.equal(
        "set_processor_limits", "of the first program's",
        calls.call(calls.root(ObjectKind::Budget), BudgetCalls::method(BudgetMethod::SetProcessorLimits), kAnyShare)
            .error,
        Error::BadState);
}

void try_depth(BudgetCalls& budgets, Checks& checks) {
    Handle parent = budgets.calls().root(ObjectKind::Budget);
    std::array<Handle, 20> made{};
    u32 depth = 0;
    Error error = kGood;
    while (depth < made.size()) {
        const Outcome outcome = budgets.create(parent, kNoLimits, kAnyShare);
        error = outcome.error;
        if (error != kGood) {
            break;
        }
        parent = made.at(depth++) = outcome.handle();
    }
    checks.equal("create_budget", "too deep with limits of processors", error, Error::OutOfRange);
    checks.that("create_budget", "as deep as may be", depth >= 14);
    while (depth-- != 0) {
        checks.equal("destroy", "one with limits of processors", budgets.end(made.at(depth)), kGood);
    }
}

void try_admission(BudgetCalls& budgets, Checks& checks) {
    Limited first(budgets, kAnyShare);
    Limited second(budgets, kAnyShare);
    checks.equal("reserve_real_time", "a half of a processor", first.reserve(5 * kMillisecond, 10 * kMillisecond).error,
                 kGood);
    const Outcome outcome = second.reserve(16 * 10 * kMillisecond * 4 / 5, 10 * kMillisecond);
    const auto refusal = outcome.answer<RealTimeRefusal>();
    checks.equal("reserve_real_time", "more than there is", outcome.error, Error::OverBudget);
    checks.equal("the refusal", "what was asked", refusal.asked, 16 * kBillion * 4 / 5);
    checks.equal("the refusal", "with what is reserved", refusal.reserved, refusal.asked + kBillion / 2);
    checks.equal("the refusal", "of the machine", refusal.depth, 0U);
    checks.that("the refusal", "what there is", refusal.capacity != 0 && refusal.capacity % (kBillion * 95 / 100) == 0);
    checks.equal("reserve_real_time", "refused, changes nothing", second.usage().real_time.period, 0U);
    const u64 left = refusal.capacity - kBillion / 2;
    checks.equal("reserve_real_time", "one billionth too much", second.reserve(left + 1, kBillion).error,
                 Error::OverBudget);
    checks.equal("reserve_real_time", "all that is left", second.reserve(left, kBillion).error, kGood);
    checks.equal("reserve_real_time", "less, instead of it", second.reserve(left / 2, kBillion).error, kGood);
    checks.equal("reserve_real_time", "no period", second.reserve(1, 0).error, Error::InvalidArgument);
    checks.equal("reserve_real_time", "a wrong period", second.reserve(1, 1).error, Error::InvalidArgument);
    {
        Limited inner(budgets, first.handle(), kAnyShare);
        checks.equal("reserve_real_time", "within what is reserved above",
                     inner.reserve(4 * kMillisecond, 10 * kMillisecond).error, kGood);
        const auto too_much = inner.reserve(6 * kMillisecond, 10 * kMillisecond);
        checks.equal("reserve_real_time", "more than is reserved above", too_much.error, Error::OverBudget);
        const auto why = too_much.answer<RealTimeRefusal>();
        checks.that("the refusal", "of the one above", why.capacity == kBillion / 2 && why.depth == 1);
        checks.equal("reserve_real_time", "less than those below have",
                     first.reserve(3 * kMillisecond, 10 * kMillisecond).error, Error::OverBudget);
    }
    checks.equal("reserve_real_time", "less, when those below are gone",
                 first.reserve(3 * kMillisecond, 10 * kMillisecond).error, kGood);
    checks.equal("set_processor_limits", "less than is reserved", first.set(limited(kMillisecond, 10 * kMillisecond)),
                 Error::Busy);
    Limited narrow(budgets, limited(kMillisecond, 10 * kMillisecond));
    const auto beyond = narrow.reserve(2 * kMillisecond, 10 * kMillisecond);
    checks.equal("reserve_real_time", "more than the quota", beyond.error, Error::OverBudget);
    checks.equal("the refusal", "of the quota", beyond.answer<RealTimeRefusal>().capacity, kBillion / 10);
}

/// In a second that passes undisturbed, they have what they may have to a hundredth of it.
void expect_part(Checks& checks, Counters& counters, Limited& budget, Calls& calls, u64 thousandths) {
    checks.that("a quota", "holds", counters.comes_true([&] {
        const u64 begin = calls.now();
        const u64 before = budget.usage().used;
        counters.sleep(kSecond);
        const u64 part = (budget.usage().used - before) * 1'000 / (calls.now() - begin);
        return part + 10 >= thousandths && part <= thousandths + 10;
    }));
}

void try_quota(BudgetCalls& budgets, Children& children, Checks& checks) {
    Limited budget(budgets, limited(20 * kMillisecond, 100 * kMillisecond));
    // What one below without limits pays for counts too.
    Limited below(budgets, budget.handle(), ProcessorLimits{});
    PaidCounters paid(children, checks, below.handle());
    Counters& counters = paid.counters;
    const Handle first = counters.start(0, fair(SchedulingClass::Interactive));
    const Handle second = counters.start(1, fair(SchedulingClass::Interactive));
    expect_part(checks, counters, budget, children.calls(), 200);
    checks.that("both", "have a part of it", counters.look(first).used != 0 && counters.look(second).used != 0);
    checks.equal("set_processor_limits", "another quota", budget.set(limited(5 * kMillisecond, 10 * kMillisecond)),
                 kGood);
    expect_part(checks, counters, budget, children.calls(), 500);
    checks.equal("set_processor_limits", "no quota", budget.set(kAnyShare), kGood);
    checks.that("without a quota", "they have most of the processor", counters.comes_true([&] {
        const u64 before = budget.usage().used;
        counters.sleep(100 * kMillisecond);
        return budget.usage().used - before > 75 * kMillisecond;
    }));
    counters.end(first);
    counters.end(second);
}

/// Threads of real time whose reservation was taken back run never more; still they can be stopped.
void try_held(BudgetCalls& budgets, Children& children, Checks& checks) {
    Limited budget(budgets, kAnyShare);
    PaidCounters paid(children, checks, budget.handle());
    Counters& counters = paid.counters;
    const Handle thread = counters.create(0);
    const Handle other = counters.create(1);
    const auto urgent = real_time(SchedulingClass::Fifo, 3);
    checks.equal("set_scheduling", "real time where none is reserved", counters.set(thread, urgent), Error::OverBudget);
    checks.equal("reserve_real_time", "some", budget.reserve(2 * kMillisecond, 10 * kMillisecond).error, kGood);
    for (const Handle each : {thread, other}) {
        checks.equal("set_scheduling", "real time that is reserved", counters.set(each, urgent), kGood);
        children.thread_call(each, ::abi::ThreadMethod::Start);
    }
    expect_part(checks, counters, budget, children.calls(), 200);
    const auto stands = [&](u64 index) {
        return counters.comes_true([&] {
            const u64 before = counters.count(index);
            counters.sleep(50 * kMillisecond);
            return counters.count(index) == before;
        });
    };
    checks.equal("reserve_real_time", "none any more", budget.reserve(0, 0).error, kGood);
    checks.that("without it", "they stand", stands(0) && stands(1));
    checks.equal("suspend", "one that stands", children.thread_call(thread, ::abi::ThreadMethod::Suspend), kGood);
    checks.equal("resume", "one that stands", children.thread_call(thread, ::abi::ThreadMethod::Resume), kGood);
    checks.that("resumed", "it stands", stands(0));
    ::abi::AffinityMask anywhere{};
    anywhere.words.fill(~u64{0});
    checks.equal("set_affinity", "one that stands", counters.move(thread, anywhere), kGood);
    checks.that("moved", "it stands", stands(0));
    checks.equal("set_scheduling", "one that stands", counters.set(thread, fair(SchedulingClass::Interactive)), kGood);
    const u64 before = counters.count(0);
    checks.that("no longer of real time", "it runs", counters.comes_true([&] { return counters.count(0) != before; }));
    checks.equal("reserve_real_time", "some again", budget.reserve(kMillisecond, 10 * kMillisecond).error, kGood);
    const u64 counted = counters.count(1);
    checks.that("with it", "the other runs", counters.comes_true([&] { return counters.count(1) != counted; }));
    budget.reserve(0, 0);
    checks.that("without it", "the other stands", stands(1));
    counters.end(thread);
    counters.end(other);
}

void try_shares(BudgetCalls& budgets, Children& children, Checks& checks) {
    Limited crowd(budgets, {.share = kWeight, .zero = 0, .quota = kUnlimited});
    Limited single(budgets, {.share = 3 * kWeight, .zero = 0, .quota = kUnlimited});
    std::array<Handle, 4> threads{};
    Child child{};
    {
        const Paid paid(children.calls(), crowd.handle());
        child = children.create();
        for (u64 index = 0; index < threads.size(); ++index) {
            threads.at(index) =
                children.start(child, {.routine = Routine::Spin, .first = Children::kBoard + 8 * (4 + index)});
        }
    }
    PaidCounters paid(children, checks, single.handle());
    const Handle alone = paid.counters.start(0, fair(SchedulingClass::Interactive));
    paid.counters.sleep(20 * kMillisecond);
    const u64 crowd_before = crowd.usage().used;
    const u64 single_before = single.usage().used;
    checks.that("a share", "is that of all together", paid.counters.comes_true([&] {
        paid.counters.sleep(400 * kMillisecond);
        const u64 of_crowd = crowd.usage().used - crowd_before;
        const u64 of_single = single.usage().used - single_before;
        return of_single * 10 >= of_crowd * 27 && of_single * 10 <= of_crowd * 33;
    }));
    paid.counters.end(alone);
    children.kill(child);
    children.wait(child);
    for (const Handle thread : threads) {
        children.calls().drop(thread);
    }
    children.drop(child);
}

u64 used_for_others(Calls& calls, Handle thread) {
    return calls.call(thread, thread_method(::abi::ThreadMethod::Scheduling))
        .answer<::abi::ThreadScheduling>()
        .used_for_others;
}

/// Signals `event` and waits, in one call of the kernel, for a notice of `timer` in `span`.
void signal_and_wait(Calls& calls, Handle event, Handle timer, u64 span) {
    calls.call(timer, method_of(ObjectKind::Timer, ::abi::TimerMethod::Arm),
               ::abi::ArmArguments{.deadline = calls.now() + span, .period = 0, .slack = 0});
    ::abi::Submission& entry = calls.ring().next();
    entry = Calls::with(event, method_of(ObjectKind::Event, ::abi::EventMethod::Signal), u64{1});
    entry.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
    calls.ring().add();
    sdk::runtime::submit(1, 1);
    calls.wait();
    static_cast<void>(calls.take());
}

/// Who signals it and waits gives it the processor, but not the time of another budget.
void try_signal(BudgetCalls& budgets, Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const auto attach = [&calls](Handle ring, Handle source) {
        return calls
            .call(ring, method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
                  ::abi::AttachArguments{.tag = 1, .mask = 1, .flags = 0}, lend(source))
            .error;
    };
    Limited budget(budgets, limited(5 * kMillisecond, 100 * kMillisecond));
    const Handle event = calls.create(BudgetMethod::CreateEvent);
    const Handle timer = calls.create(BudgetMethod::CreateTimer);
    {
        PaidCounters paid(children, checks, budget.handle());
        const Child child = children.create();
        const Handle ring = children.create_ring(child).handle();
        children.board(0) = 0;
        const Handle thread = children.start(child, {.routine = Routine::WaitAndSpin, .first = Children::kBoard}, ring);
        checks.equal("attach", "an event to another's ring", attach(ring, event), kGood);
        checks.equal("attach", "a timer", attach(calls.root(ObjectKind::Ring), timer), kGood);
        paid.counters.sleep(20 * kMillisecond);
        checks.equal("who waits", "does not run", children.board(0), 0U);
        signal_and_wait(calls, event, timer, 200 * kMillisecond);
        checks.that("who was signalled", "runs", paid.counters.comes_true([&] { return children.board(0) != 0; }));
        checks.equal("who was signalled", "runs on its own time", used_for_others(calls, thread), 0U);
        expect_part(checks, paid.counters, budget, calls, 50);
        children.kill(child);
        children.wait(child);
        for (const Handle handle : {thread, ring}) {
            calls.drop(handle);
        }
        children.drop(child);
    }
    checks.equal("detach", "the timer",
                 call_with_slot(calls, calls.root(ObjectKind::Ring),
                                method_of(ObjectKind::Ring, ::abi::RingMethod::Detach), lend(timer))
                     .error,
                 kGood);
    for (const Handle handle : {event, timer}) {
        calls.drop(handle);
    }
}

} // namespace

void try_processor_limits(Calls& calls, Checks& checks) {
    BudgetCalls budgets(calls);
    Children children(calls);
    const auto run = [&] {
        try_wrong_ones(budgets, checks);
        try_depth(budgets, checks);
        try_admission(budgets, checks);
    };
    // So that its page is there, whether a thread has counted in it by then or not.
    children.board(0) = 0;
    run();
    const ::abi::BudgetUsage before = budgets.settled();
    run();
    budgets.expect_settled(checks, "processor limits", before);
    try_quota(budgets, children, checks);
    try_held(budgets, children, checks);
    try_shares(budgets, children, checks);
    try_signal(budgets, children, checks);
    children.end();
}

} // namespace tests::abi
