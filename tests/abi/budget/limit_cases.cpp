// Budgets below others: made, limited, and used up.
#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/debug_calls.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::BudgetLimits;
using ::abi::BudgetMethod;
using ::abi::BudgetUsage;
using ::abi::kNoLimit;

constexpr u64 kPage = 4096;

void try_creation(BudgetCalls& budgets, Checks& checks) {
    Calls& calls = budgets.calls();
    const Handle own = calls.root(ObjectKind::Budget);
    const BudgetLimits limits{.memory_bytes = 1 << 20, .capabilities = 5, .threads = kNoLimit};
    const Outcome made = budgets.create(own, limits);
    const ::abi::SlotWord word{made.completion.slot[0]};
    checks.equal("create_budget", "is made", made.error, kGood);
    checks.equal("create_budget", "with all permissions", word.permissions().bits, ::abi::kAllPermissions.bits);
    checks.equal("create_budget", "of its kind", static_cast<u8>(word.kind()), static_cast<u8>(ObjectKind::Budget));
    const BudgetUsage usage = budgets.usage(made.handle());
    checks.equal("a new budget", "has used no memory", usage.memory_bytes, 0U);
    checks.equal("a new budget", "no capabilities", usage.capabilities, 0U);
    checks.equal("a new budget", "no threads", usage.threads, 0U);
    checks.equal("a new budget", "has its limit of memory", usage.memory_limit, limits.memory_bytes);
    checks.equal("a new budget", "of capabilities", usage.capabilities_limit, limits.capabilities);
    checks.equal("a new budget", "none of threads", usage.threads_limit, kNoLimit);
    const Handle reader = calls.derive(made.handle(), ::abi::kRead);
    checks.equal("usage", "by a reader", budgets.usage_error(reader), kGood);
    checks.equal("set_limits", "by a reader", budgets.set_limits(reader, kNoLimits), Error::AccessDenied);
    checks.equal("create_budget", "by a reader", budgets.create(reader).error, Error::AccessDenied);
    checks.equal("destroy", "by a reader", budgets.destroy(reader), Error::AccessDenied);
    calls.drop(reader);
    checks.equal("destroy", "a new one", budgets.end(made.handle()), kGood);
    const Handle greatest = budgets.create(
        {.memory_bytes = ::abi::kGreatestLimit, .capabilities = ::abi::kGreatestLimit - 1, .threads = 0});
    checks.equal("the greatest limit", "is none", budgets.usage(greatest).memory_limit, kNoLimit);
    checks.equal("below the greatest limit", "is one", budgets.usage(greatest).capabilities_limit,
                 ::abi::kGreatestLimit - 1);
    checks.equal("a limit of nothing", "is one", budgets.usage(greatest).threads_limit, 0U);
    budgets.end(greatest);
}

void try_wrong_limits(BudgetCalls& budgets, Checks& checks) {
    constexpr u64 kTooMuch = ::abi::kGreatestLimit + 1;
    const Handle own = budgets.calls().root(ObjectKind::Budget);
    const Handle budget = budgets.create();
    for (const BudgetLimits& wrong :
         {BudgetLimits{kTooMuch, kNoLimit, kNoLimit}, BudgetLimits{kNoLimit, kNoLimit - 1, kNoLimit},
          BudgetLimits{kNoLimit, kNoLimit, kTooMuch}}) {
        checks.equal("create_budget", "with more than can be", budgets.create(own, wrong).error,
                     Error::InvalidArgument);
        checks.equal("set_limits", "to more than can be", budgets.set_limits(budget, wrong), Error::InvalidArgument);
    }
    checks.equal("set_limits", "that failed", budgets.usage(budget).memory_limit, kNoLimit);
    checks.equal("destroy", "the budget", budgets.destroy(budget), kGood);
    checks.equal("set_limits", "wrong, and the budget is over", budgets.set_limits(budget, {kTooMuch, 0, 0}),
                 Error::InvalidArgument);
    budgets.calls().drop(budget);
}

/// What a Memory of a page and its capability's object take.
void try_memory_limit(BudgetCalls& budgets, Checks& checks) {
    constexpr u64 kPages = 16;
    constexpr u64 kLarge = 64 * kPage;
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    const Handle memory = budgets.create_memory(budget, kLarge).handle();
    calls.write_word(memory, 0, 1);
    const u64 used = budgets.usage(budget).memory_bytes;
    checks.that("memory of a budget", "is counted there", used >= kPage);
    BudgetLimits limits = kNoLimits;
    limits.memory_bytes = used - 1;
    checks.equal("set_limits", "below what is used", budgets.set_limits(budget, limits), Error::Busy);
    checks.equal("set_limits", "that was refused", budgets.usage(budget).memory_limit, kNoLimit);
    limits.memory_bytes = used;
    checks.equal("set_limits", "to what is used", budgets.set_limits(budget, limits), kGood);
    checks.equal("a budget that is used up", "has no memory", budgets.create_memory(budget, kPage).error,
                 Error::OverBudget);
    checks.equal("a budget that is used up", "has no frame", budgets.commit(memory, kPage * kPages, kPage).error,
                 Error::OverBudget);
    checks.equal("a budget that is used up", "has no budget below", budgets.create(budget).error, Error::OverBudget);
    checks.equal("a budget that is used up", "has used what it had", budgets.usage(budget).memory_bytes, used);
    // To the byte: nodes are there already.
    limits.memory_bytes = used + kPage;
    checks.equal("set_limits", "to a page more", budgets.set_limits(budget, limits), kGood);
    calls.write_word(memory, kPage, 2);
    checks.equal("a page more", "is had", calls.read_word(memory, kPage), 2U);
    calls.write_word(memory, 2 * kPage, 3);
    checks.equal("a second one", "is not", calls.read_word(memory, 2 * kPage), 0U);
    checks.equal("a page more", "is all that is used", budgets.usage(budget).memory_bytes, used + kPage);
    calls.drop(memory);
    budgets.end(budget);
}

/// The limit above holds as well, and counts what is below.
void try_nesting(BudgetCalls& budgets, Checks& checks) {
    Calls& calls = budgets.calls();
    BudgetLimits small = kNoLimits;
    small.memory_bytes = 64 << 10;
    BudgetLimits large = kNoLimits;
    large.memory_bytes = 1 << 20;
    const Handle upper = budgets.create(small);
    const Handle lower = budgets.create(upper, large).handle();
    const Handle memory = budgets.create_memory(lower, large.memory_bytes).handle();
    checks.equal("a limit above the parent's", "is there", budgets.usage(lower).memory_limit, large.memory_bytes);
    checks.equal("a limit above the parent's", "gives no more", budgets.commit_all(memory, large.memory_bytes),
                 Error::OverBudget);
    calls.write_word(memory, 0, 1);
    checks.that("what is used below", "is used above",
                budgets.usage(upper).memory_bytes > budgets.usage(lower).memory_bytes &&
                    budgets.usage(lower).memory_bytes >= kPage);
    checks.equal("destroy", "above", budgets.end(upper), kGood);
    checks.equal("the budget below", "is no more", budgets.usage_error(lower), Error::BadHandle);
    checks.equal("what that paid for", "is no more", calls.call(memory, HandleMethod::Null).error, Error::BadHandle);
    calls.drop(lower);
    calls.drop(memory);
}

void try_depth(BudgetCalls& budgets, Checks& checks) {
    constexpr u32 kLevels = 14; // below the test's own, which is the second of 16
    const Handle top = budgets.create();
    std::array<Handle, kLevels> levels{top};
    u32 made = 1;
    for (; made < kLevels; ++made) {
        levels.at(made) = budgets.create(levels.at(made - 1)).handle();
    }
    checks.equal("the deepest budget", "is one", budgets.usage_error(levels.back()), kGood);
    const u64 used = budgets.usage(top).memory_bytes;
    checks.equal("create_budget", "too deep", budgets.create(levels.back()).error, Error::OutOfRange);
    checks.equal("create_budget", "too deep, costs nothing", budgets.usage(top).memory_bytes, used);
    checks.equal("destroy", "a long chain", budgets.end(top), kGood);
    for (u32 level = 1; level < kLevels; ++level) {
        checks.equal("a budget in the chain", "is no more", budgets.usage_error(levels.at(level)), Error::BadHandle);
        budgets.calls().drop(levels.at(level));
    }
}

u32 create_threads(Children& children, const Child& child, std::span<Handle> threads, Error& last) {
    u32 count = 0;
    last = kGood;
    for (Handle& thread : threads) {
        const Outcome made = children.create_thread(child, {.routine = Routine::Spin, .first = Children::kBoard});
        thread = made.handle();
        last = made.error;
        if (last != kGood) {
            return count;
        }
        ++count;
    }
    return count;
}

void try_threads(BudgetCalls& budgets, Children& children, Checks& checks) {
    constexpr u32 kThreads = 3;
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create({.memory_bytes = kNoLimit, .capabilities = kNoLimit, .threads = kThreads});
    const Handle neighbour = budgets.create();
    const auto create = [&](Handle payer) {
        const Paid paid(calls, payer);
        return children.create();
    };
    const Child greedy = create(budget);
    const Child modest = create(neighbour);
    std::array<Handle, 8> threads{};
    Error last{};
    checks.equal("a creator of threads", "has as many as it may",
                 create_threads(children, greedy, std::span(threads), last), kThreads);
    checks.equal("a creator of threads", "is stopped by its limit", last, Error::OverBudget);
    const BudgetUsage full = budgets.usage(budget);
    checks.equal("threads", "are counted", full.threads, kThreads);
    children.create_thread(greedy, {.routine = Routine::Exit});
    checks.equal("a refused thread", "costs nothing", budgets.usage(budget).memory_bytes, full.memory_bytes);
    const Handle other = children.start(modest, {.routine = Routine::Exit, .first = 7});
    checks.equal("a neighbour", "goes on", children.wait(modest).code, 7U);
    checks.equal("set_limits", "below the threads there are",
                 budgets.set_limits(budget, {kNoLimit, kNoLimit, kThreads - 1}), Error::Busy);
    checks.equal("set_limits", "to one more", budgets.set_limits(budget, {kNoLimit, kNoLimit, kThreads + 1}), kGood);
    const Outcome more = children.create_thread(greedy, {.routine = Routine::Exit});
    checks.equal("one thread more", "is had", more.error, kGood);
    for (const Handle thread : threads) {
        calls.drop(thread);
    }
    for (const Handle handle : {more.handle(), other}) {
        calls.drop(handle);
    }
    children.drop(modest);
    children.drop(greedy);
    checks.equal("destroy", "with threads that never ran", budgets.end(budget), kGood);
    checks.equal("destroy", "after a process that ended", budgets.end(neighbour), kGood);
}

/// A process holds no more capabilities than its budget may have.
void try_capabilities(BudgetCalls& budgets, Children& children, Checks& checks) {
    constexpr u32 kCapabilities = 4;
    Calls& calls = budgets.calls();
    const Handle budget =
        budgets.create({.memory_bytes = kNoLimit, .capabilities = kCapabilities, .threads = kNoLimit});
    const Handle memory = calls.create_memory(kPage);
    Child child{};
    {
        const Paid paid(calls, budget);
        child = children.create();
    }
    const auto install = [&] {
        return call_with_slot(calls, child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Install),
                              {memory, ::abi::kRead, ::abi::SlotMode::Derive})
            .error;
    };
    u32 installed = 0;
    Error error = install();
    for (; error == kGood && installed <= kCapabilities; error = install()) {
        ++installed;
    }
    checks.equal("a process", "holds what its budget allows", installed, kCapabilities);
    checks.equal("a process", "gets no more", error, Error::OverBudget);
    checks.equal("capabilities", "are counted", budgets.usage(budget).capabilities, kCapabilities);
    children.drop(child);
    calls.drop(memory);
    checks.equal("destroy", "a process that nobody holds", budgets.end(budget), kGood);
}

void try_list(BudgetCalls& budgets, Checks& checks) {
    DebugCalls debug(budgets.calls());
    const auto machine = debug.next<::abi::BudgetRecord>(::abi::DebugMethod::NextBudget, 0);
    const auto own = debug.next<::abi::BudgetRecord>(::abi::DebugMethod::NextBudget, machine.id);
    const Handle budget = budgets.create({.memory_bytes = 1 << 20, .capabilities = 77, .threads = kNoLimit});
    ::abi::BudgetRecord found = debug.next<::abi::BudgetRecord>(::abi::DebugMethod::NextBudget, own.id);
    while (found.id != 0 && found.capabilities_limit != 77) {
        found = debug.next<::abi::BudgetRecord>(::abi::DebugMethod::NextBudget, found.id);
    }
    checks.equal("next_budget", "has a new one, with its parent", found.parent, own.id);
    checks.equal("next_budget", "and its limits", found.memory_limit, u64{1} << 20);
    checks.equal("next_budget", "and where there is none", found.threads_limit, kNoLimit);
    budgets.end(budget);
    checks.that("next_budget", "has it no more",
                debug.next<::abi::BudgetRecord>(::abi::DebugMethod::NextBudget, found.id - 1).id != found.id);
}

} // namespace

void try_budgets(Calls& calls, Checks& checks) {
    BudgetCalls budgets(calls);
    Children children(calls);
    const auto run = [&] {
        try_creation(budgets, checks);
        try_wrong_limits(budgets, checks);
        try_memory_limit(budgets, checks);
        try_nesting(budgets, checks);
        try_depth(budgets, checks);
        try_threads(budgets, children, checks);
        try_capabilities(budgets, children, checks);
        try_list(budgets, checks);
    };
    run();
    const BudgetUsage before = budgets.settled();
    run();
    budgets.expect_settled(checks, "budgets", before);
    children.end();
}

} // namespace tests::abi
