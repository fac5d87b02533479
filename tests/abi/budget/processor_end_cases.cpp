// Threads that end, alone or with their budgets, although they have no time.
#include "tests/abi/budget/limited.hpp"
#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

/// A budget that owes more than it is given in minutes, for one of its threads spins; another one waits.
struct InDebt {
    Handle budget;
    Child child;
    Handle ring;
    Handle parked;
    Handle spinning;
};

InDebt make_debts(BudgetCalls& budgets, Children& children, Checks& checks) {
    Calls& calls = budgets.calls();
    InDebt made{};
    made.budget = budgets.create(calls.root(ObjectKind::Budget), kNoLimits, kAnyShare).handle();
    {
        const Paid paid(calls, made.budget);
        made.child = children.create();
        made.ring = children.create_ring(made.child).handle();
        made.parked = children.start(made.child, {.routine = Routine::Park}, made.ring);
        made.spinning = children.start(made.child, {.routine = Routine::Spin, .first = Children::kBoard});
    }
    sleep(calls, 50 * kMillisecond);
    const Error limits = calls
                             .call(made.budget, BudgetCalls::method(::abi::BudgetMethod::SetProcessorLimits),
                                   limited(1, 100 * kMillisecond))
                             .error;
    checks.equal("set_processor_limits", "a quota of nearly nothing", limits, kGood);
    sleep(calls, 50 * kMillisecond);
    return made;
}

void drop(Children& children, const InDebt& made) {
    for (const Handle handle : {made.parked, made.spinning, made.ring}) {
        children.calls().drop(handle);
    }
    children.drop(made.child);
}

/// The thread that waits must run to end.
void try_quick_end(BudgetCalls& budgets, Children& children, Checks& checks) {
    const InDebt made = make_debts(budgets, children, checks);
    Calls& calls = budgets.calls();
    const u64 start = calls.now();
    checks.equal("destroy", "with a quota of nearly nothing", budgets.end(made.budget), kGood);
    checks.that("destroy", "does not wait for the quota", calls.now() - start < kSecond);
    drop(children, made);
}

/// In one batch: it is ready, and has not had its turn, when it is killed.
void resume_and_kill(Calls& calls, Handle thread) {
    for (const auto method : {::abi::ThreadMethod::Resume, ::abi::ThreadMethod::Kill}) {
        ::abi::Submission entry = Calls::entry(thread, thread_method(method));
        entry.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
        calls.ring().next() = entry;
        calls.ring().add();
    }
    while (calls.ring().added() != 0) {
        sdk::runtime::submit(calls.ring().added(), 0);
    }
}

/// Each thread by itself, while their budget goes on.
void try_kills(BudgetCalls& budgets, Children& children, Checks& checks) {
    const InDebt made = make_debts(budgets, children, checks);
    Calls& calls = budgets.calls();
    const auto ends_at_once = [&](Handle thread) {
        const u64 start = calls.now();
        const bool is_killed = children.wait_for_thread(thread).reason == static_cast<u32>(::abi::EndReason::Killed);
        return is_killed && calls.now() - start < kSecond;
    };
    children.thread_call(made.parked, ::abi::ThreadMethod::Kill);
    checks.that("kill", "of one that waits and has no time", ends_at_once(made.parked));
    checks.equal("suspend", "one that has no time", children.thread_call(made.spinning, ::abi::ThreadMethod::Suspend),
                 kGood);
    resume_and_kill(calls, made.spinning);
    checks.that("kill", "of one that is ready and has no time", ends_at_once(made.spinning));
    drop(children, made);
    checks.equal("destroy", "of a budget in debt", budgets.end(made.budget), kGood);
}

/// Ended with all that stands in it.
void try_end(BudgetCalls& budgets, Children& children, Checks& checks) {
    const Handle budget =
        budgets.create(budgets.calls().root(ObjectKind::Budget), kNoLimits, limited(kMillisecond, kSecond)).handle();
    Child child{};
    Handle thread{};
    {
        const Paid paid(children.calls(), budget);
        child = children.create();
        thread = children.start(child, {.routine = Routine::Spin, .first = Children::kBoard});
    }
    children.calls().call(thread, thread_method(::abi::ThreadMethod::Scheduling));
    checks.equal("destroy", "with a thread that has no time", budgets.end(budget), kGood);
    children.calls().drop(thread);
    children.drop(child);
}

} // namespace

void try_processor_ends(Calls& calls, Checks& checks) {
    BudgetCalls budgets(calls);
    Children children(calls);
    const auto run = [&] {
        try_end(budgets, children, checks);
        try_quick_end(budgets, children, checks);
        try_kills(budgets, children, checks);
    };
    // So that its page is there, whether a thread has counted in it by then or not.
    children.board(0) = 0;
    run();
    const ::abi::BudgetUsage before = budgets.settled();
    run();
    budgets.expect_settled(checks, "the end of budgets without time", before);
    children.end();
}

} // namespace tests::abi
