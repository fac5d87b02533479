// Threads that run as those do who wait for a lock that they have.
#include <optional>

#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/process/actor.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/process/word_calls.hpp"

namespace tests::abi {

namespace {

using ::abi::ThreadMethod;
using ::abi::ThreadScheduling;

constexpr u64 kFar = u64{1} << 62;

/// What the cases of locks have in common: words of a shared page.
struct Locks {
    explicit Locks(Children& with)
        : children(with), words(with.calls(), with.calls().root(ObjectKind::AddressSpace)), lock(with.address(kLock)),
          condition(with.address(kCondition)) {
        with.board(kLock) = 1;
        with.board(kCondition) = 1;
    }

    static constexpr u64 kLock = 220;
    static constexpr u64 kCondition = 221;

    ::abi::Submission wait(const Actor& owner, u64 deadline = 0) const {
        return words.wait_entry(lock, 1, deadline, owner.handle());
    }

    Children& children;
    WordCalls words;
    u64 lock;
    u64 condition;
};

void try_lock(Locks& locks, Calls& calls, Checks& checks) {
    Actor owner(calls);
    Actor first(calls);
    Actor second(calls);
    owner.start();
    first.begins_with(locks.wait(owner)).set(fifo(10));
    first.start();
    checks.that("who holds a lock", "runs as who waits for it", owner.runs_with(10));
    second.begins_with(locks.wait(owner)).set(fifo(15));
    second.start();
    checks.that("who holds a lock", "runs as the highest of those who wait", owner.runs_with(15));
    checks.equal("wake_address", "one, who has the lock then",
                 locks.words.wake_outcome(locks.lock, 1, ::abi::kWokenOwns).answer<u64>(), 1U);
    checks.that("who has given up a lock", "runs as itself", owner.runs_with(0));
    checks.that("who has a lock from another", "runs as who waits yet", first.has_results(1) && first.runs_with(15));
    checks.equal("wake_address", "the last", locks.words.wake(locks.lock, 1), 1U);
    checks.that("who has given up a lock", "is what it was", first.runs_with(10) && second.has_results(1));
}

void try_lock_without_owner(Locks& locks, Calls& calls, Checks& checks) {
    Actor owner(calls);
    Actor first(calls);
    Actor second(calls);
    owner.start();
    for (Actor* const waiter : {&first, &second}) {
        waiter->begins_with(locks.wait(owner)).set(fifo(10));
        waiter->start();
    }
    checks.that("who holds a lock", "runs as two who wait", owner.runs_with(10));
    checks.equal("wake_address", "one, and nobody has the lock", locks.words.wake(locks.lock, 1), 1U);
    checks.that("a lock without owner", "lends nothing", owner.runs_with(0));
    const Outcome moved = locks.words.requeue({.address = locks.lock,
                                               .target = locks.condition,
                                               .expected = 1,
                                               .wake = 0,
                                               .move = 1,
                                               .zero = 0,
                                               .owner = owner.handle().word()});
    checks.equal("requeue_address", "to a lock with an owner", moved.answer<::abi::RequeueReport>().moved, 1U);
    checks.that("who holds that lock", "runs as who was moved", owner.runs_with(10));
    checks.equal("wake_address", "who was moved", locks.words.wake(locks.condition, 1), 1U);
    checks.that("who holds that lock", "runs as itself", owner.runs_with(0));
}

/// Through a lock, and a call behind it.
void try_lock_and_call(Locks& locks, Calls& calls, Checks& checks) {
    Actor server(calls);
    Actor owner(calls);
    Actor waiter(calls);
    server.start();
    owner.calls(server).waits_for(Actor::kForEver).start();
    checks.that("a server", "is called by who holds a lock", server.was_called());
    waiter.begins_with(locks.wait(owner, calls.now() + 500 * kMillisecond)).set(fifo(10));
    waiter.start();
    checks.that("a server", "runs as who waits for the lock of its caller", server.runs_with(10));
    checks.that("a server", "until that waits no longer", server.runs_with(0) && owner.runs_with(0));
    checks.that("who waits for a lock", "is late", waiter.has_results(1));
    owner.kill();
    checks.equal("a wait for a lock", "of one that has ended", calls.send(locks.wait(owner, 1)).error, Error::TimedOut);
}

/// A budget's quota does not keep those waiting who wait for one of its threads.
void try_quota(Locks& locks, Calls& calls, Checks& checks) {
    constexpr u64 kPeriod = 100 * kMillisecond;
    constexpr ::abi::ProcessorLimits kTwentieth{
        .share = kWeight, .zero = 0, .quota = {.amount = kPeriod / 20, .period = kPeriod}};
    Children& children = locks.children;
    BudgetCalls budgets(calls);
    const Handle budget = budgets.create(calls.root(ObjectKind::Budget), kNoLimits, kTwentieth).handle();
    std::optional<Paid> paid(std::in_place, calls, budget);
    const Child child = children.create();
    paid.reset();
    const Handle ring = children.create_ring(child).handle();
    const Handle spinner =
        children.start(child, {.routine = Routine::Spin, .first = Children::kBoard + sizeof(u64)}, ring);
    const auto used = [&] {
        return calls.call(spinner, thread_method(ThreadMethod::Scheduling)).answer<ThreadScheduling>().used;
    };
    checks.that("who has a quota", "runs", comes_true(calls, [&] { return used() > kPeriod / 10; }));
    Actor waiter(calls);
    waiter.begins_with(locks.words.wait_entry(locks.lock, 1, calls.now() + 4 * kPeriod, spinner)).set(fifo(10));
    const u64 before = used();
    waiter.start();
    checks.that("who waits for one that has a quota", "is late", waiter.has_results(1));
    checks.that("who has a quota", "is not held by it while one waits", used() - before > 2 * kPeriod);
    children.kill(child);
    children.wait(child);
    for (const Handle handle : {spinner, ring}) {
        calls.drop(handle);
    }
    children.drop(child);
    budgets.end(budget);
}

void try_wrong_owners(Locks& locks, Calls& calls, Checks& checks) {
    const auto error_of = [&](Handle owner, u64 deadline = 1) {
        return calls.send(locks.words.wait_entry(locks.lock, 1, deadline, owner)).error;
    };
    Actor thread(calls);
    checks.equal("wait_address", "for one that was not started", error_of(thread.handle()), Error::TimedOut);
    checks.equal("wait_address", "for what is no thread", error_of(calls.root(ObjectKind::Ring)), Error::WrongType);
    checks.equal("wait_address", "for a handle that was dropped", error_of(Handle{thread.handle().word() ^ 1U << 25}),
                 Error::BadHandle);
    const Handle narrow = calls.derive(thread.handle(), ::abi::kRead);
    checks.equal("wait_address", "for one by any right", error_of(narrow), Error::TimedOut);
    calls.drop(narrow);
    const Handle late = calls.derive(thread.handle(), ::abi::kRead, calls.now());
    checks.equal("wait_address", "for one by what has expired", error_of(late, kFar), Error::Expired);
    calls.drop(late);
    thread.begins_with(locks.wait(thread)).start();
    checks.that("wait_address", "for itself",
                thread.has_results(1) && thread.script.status == static_cast<u32>(Error::InvalidArgument));
}

} // namespace

void try_locks(Calls& calls, Checks& checks) {
    Children children(calls);
    Locks locks(children);
    try_lock(locks, calls, checks);
    try_lock_without_owner(locks, calls, checks);
    try_lock_and_call(locks, calls, checks);
    try_quota(locks, calls, checks);
    try_wrong_owners(locks, calls, checks);
    children.end();
}

} // namespace tests::abi
