// Programs that make threads as fast as they can, over and over: their budget stops them, and nobody else.
#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/patience.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

namespace {

using ::abi::BudgetLimits;
using ::abi::BudgetUsage;
using ::abi::kNoLimit;

/// The words of the shared page that Routine::MakeThreads uses.
enum Word : u64 { Started = 16, Refused, LastStatus, Counted, BombEnd };

/// A process that goes on making threads, which spin, however often it is refused.
class Bomb {
  public:
    Bomb(BudgetCalls& budgets, Children& children, const BudgetLimits& limits)
        : budgets_(budgets), children_(children), calls_(budgets.calls()), budget_(budgets.create(limits)) {
        const Paid paid(calls_, budget_);
        for (u64 word = Started; word < BombEnd; ++word) {
            children_.board(word) = 0;
        }
        child_ = children_.create();
        ring_ = children_.create_ring(child_);
        // What it may do with itself: make threads.
        const u64 process =
            call_with_slot(calls_, child_.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Install),
                           {child_.process, ::abi::kExecute, ::abi::SlotMode::Derive})
                .answer<u64>();
        thread_ = children_.start(child_,
                                  {.routine = Routine::MakeThreads,
                                   .first = ring_.answer<u64>(),
                                   .second = process,
                                   .third = Children::kBoard + sizeof(u64) * Started,
                                   .processor = ::abi::kAnyProcessor},
                                  ring_.handle());
    }

    Bomb(const Bomb&) = delete;
    Bomb& operator=(const Bomb&) = delete;

    ~Bomb() {
        for (const Handle handle : {thread_, ring_.handle(), budget_}) {
            calls_.drop(handle);
        }
        children_.drop(child_);
    }

    [[nodiscard]] u64 word(Word word) const { return children_.board(word); }

    /// It was refused often, one time after the other.
    bool is_refused_often() {
        constexpr u64 kOften = 500;
        const u64 before = word(Refused);
        return comes_true(calls_, [&] { return word(Refused) >= before + kOften; });
    }

    [[nodiscard]] BudgetUsage usage() const { return budgets_.usage(budget_); }

    Error destroy() { return budgets_.destroy(budget_); }

    [[nodiscard]] Handle process() const { return child_.process; }

  private:
    BudgetCalls& budgets_;
    Children& children_;
    Calls& calls_;
    Handle budget_;
    Child child_{};
    Outcome ring_{};
    Handle thread_;
};

/// Another program, paid for by another budget or the test's own, runs to its end while the bomb goes on.
void try_neighbour(Children& children, Checks& checks, Handle payer) {
    Calls& calls = children.calls();
    const Child neighbour = [&] {
        const Paid paid(calls, payer);
        return children.create();
    }();
    const Handle thread =
        children.start(neighbour, {.routine = Routine::Exit, .first = 7, .processor = ::abi::kAnyProcessor});
    checks.equal("a neighbour of a bomb", "runs to its end", children.wait(neighbour).code, 7U);
    calls.drop(thread);
    children.drop(neighbour);
}

void expect_end(Bomb& bomb, Calls& calls, Checks& checks) {
    checks.equal("destroy", "the budget of a bomb", bomb.destroy(), kGood);
    checks.equal("a bomb", "is no more", calls.call(bomb.process(), HandleMethod::Null).error, Error::BadHandle);
    const u64 counted = bomb.word(Counted);
    const u64 refused = bomb.word(Refused);
    constexpr u64 kWhile = 10'000'000;
    sleep(calls, kWhile);
    checks.that("a bomb", "does nothing any more", bomb.word(Counted) == counted && bomb.word(Refused) == refused);
}

void try_limit_of_threads(BudgetCalls& budgets, Children& children, Checks& checks) {
    constexpr u64 kThreads = 16;
    Calls& calls = budgets.calls();
    const Handle other = budgets.create();
    Bomb bomb(budgets, children, {.memory_bytes = kNoLimit, .capabilities = kNoLimit, .threads = kThreads});
    checks.that("a bomb", "is refused, and goes on", bomb.is_refused_often());
    checks.equal("a bomb", "has as many threads as it may", bomb.word(Started), kThreads - 1);
    checks.equal("a bomb", "is told why", bomb.word(LastStatus), static_cast<u64>(Error::OverBudget));
    const BudgetUsage full = bomb.usage();
    checks.equal("a bomb", "uses its threads", full.threads, kThreads);
    try_neighbour(children, checks, other);
    try_neighbour(children, checks, calls.root(ObjectKind::Budget));
    checks.that("a bomb", "goes on being refused", bomb.is_refused_often());
    checks.equal("a bomb", "has no more threads for it", bomb.word(Started), kThreads - 1);
    // What is under way counts too.
    constexpr u64 kPage = 4096;
    checks.that("a bomb", "has no more memory for it", bomb.usage().memory_bytes < full.memory_bytes + kPage);
    checks.that("threads of a bomb", "spin", comes_true(calls, [&] { return bomb.word(Counted) != 0; }));
    expect_end(bomb, calls, checks);
    try_neighbour(children, checks, other);
    checks.equal("destroy", "a neighbour's budget", budgets.end(other), kGood);
}

void try_limit_of_memory(BudgetCalls& budgets, Children& children, Checks& checks) {
    constexpr u64 kBytes = 512 << 10;
    Calls& calls = budgets.calls();
    Bomb bomb(budgets, children, {.memory_bytes = kBytes, .capabilities = kNoLimit, .threads = kNoLimit});
    checks.that("a bomb without a limit of threads", "is refused", bomb.is_refused_often());
    checks.equal("a bomb without a limit of threads", "is told why", bomb.word(LastStatus),
                 static_cast<u64>(Error::OverBudget));
    checks.that("a bomb without a limit of threads", "has made some", bomb.word(Started) != 0);
    checks.that("a bomb without a limit of threads", "has the memory it may", bomb.usage().memory_bytes <= kBytes);
    try_neighbour(children, checks, calls.root(ObjectKind::Budget));
    expect_end(bomb, calls, checks);
}

} // namespace

void try_bombs(Calls& calls, Checks& checks) {
    BudgetCalls budgets(calls);
    Children children(calls);
    const auto run = [&] {
        try_limit_of_threads(budgets, children, checks);
        try_limit_of_memory(budgets, children, checks);
    };
    run();
    const BudgetUsage before = budgets.settled();
    run();
    budgets.expect_settled(checks, "bombs", before);
    children.end();
}

} // namespace tests::abi
