// Budgets that end although their threads have no time.
#include <array>

#include "tests/abi/budget/limited.hpp"
#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

/// One spins until its budget owes more than it is given in minutes; another one, which waits, must run to end.
void try_quick_end(BudgetCalls& budgets, Children& children, Checks& checks) {
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create(calls.root(ObjectKind::Budget), kNoLimits, kAnyShare).handle();
    std::array<Handle, 2> threads{};
    Child child{};
    Handle ring{};
    {
        const Paid paid(calls, budget);
        child = children.create();
        ring = children.create_ring(child).handle();
        threads = {children.start(child, {.routine = Routine::Park}, ring),
                   children.start(child, {.routine = Routine::Spin, .first = Children::kBoard})};
    }
    sleep(calls, 50 * kMillisecond);
    const Error limits =
        calls.call(budget, BudgetCalls::method(::abi::BudgetMethod::SetProcessorLimits), limited(1, 100 * kMillisecond))
            .error;
    checks.equal("set_processor_limits", "a quota of nearly nothing", limits, kGood);
    sleep(calls, 50 * kMillisecond);
    const u64 start = calls.now();
    checks.equal("destroy", "with a quota of nearly nothing", budgets.end(budget), kGood);
    checks.that("destroy", "does not wait for the quota", calls.now() - start < kSecond);
    for (const Handle handle : {threads[0], threads[1], ring}) {
        calls.drop(handle);
    }
    children.drop(child);
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
