// Threads that run as those do who wait for them: for answers, and for locks.
#include <array>
#include <atomic>
#include <optional>

#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/patience.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/process/counters.hpp"
#include "tests/abi/process/own_thread.hpp"
#include "tests/abi/process/word_calls.hpp"

namespace tests::abi {

namespace {

using ::abi::SchedulingArguments;
using ::abi::SchedulingClass;
using ::abi::ThreadMethod;
using ::abi::ThreadScheduling;

constexpr OwnThread::RingShape kShape{.submissions = 2, .completions = 8, .window = 4};
/// More completions than there will be.
constexpr u32 kForEver = 8;
constexpr u64 kFar = u64{1} << 62;

/// What a thread does: it submits `entry`, if that names anything, and waits; then it shows that it was woken, and what
/// it was woken by, and waits for ever.
struct Script {
    ::abi::Submission entry{};
    u32 waits_for = 1;
    std::atomic<u32> spins_for{0}; ///< it does not wait until this is 0
    std::atomic<u64> token{0};
    std::atomic<u64> results{0};
    std::atomic<u32> status{0}; ///< of the last result
};

[[noreturn]] void perform(::abi::RingHeader* header, u64 argument) {
    Script& script = *std::bit_cast<Script*>(argument);
    sdk::runtime::ProgramRing ring = OwnThread::ring_at(*header, kShape);
    if (script.entry.capability != 0) {
        ring.next() = script.entry;
        ring.add();
    }
    while (script.spins_for.load() != 0) {
        sdk::runtime::submit(ring.added(), 0);
    }
    for (;;) {
        sdk::runtime::submit(ring.added(), script.waits_for);
        for (; ring.front() != nullptr; ring.pop()) {
            if (kind_of(*ring.front()) == ::abi::CompletionKind::Request) {
                script.token = ring.front()->reply;
            } else {
                script.status = ring.front()->status;
                ++script.results;
            }
        }
    }
}

/// A thread with a script, and a channel that it serves.
class Actor {
  public:
    explicit Actor(Calls& calls) : calls_(calls), thread_(calls, kShape), channel_(calls, 0) {
        calls.call(thread_.ring(), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
                   ::abi::AttachArguments{.tag = kServerTag, .mask = 0, .flags = 0}, lend(channel_.server));
        thread_.create(perform, std::bit_cast<u64>(&script));
    }

    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;

    ~Actor() {
        thread_.end();
        channel_.drop();
    }

    /// It calls `server` once it is started.
    Actor& calls(const Actor& server, u64 deadline = 0) {
        script.entry = ChannelCalls::call_entry(server.channel_.client, 1);
        script.entry.deadline = deadline;
        return *this;
    }

    Actor& waits_for(u32 completions) {
        script.waits_for = completions;
        return *this;
    }

    Actor& begins_with(const ::abi::Submission& entry) {
        script.entry = entry;
        return *this;
    }

    Error set(const SchedulingArguments& arguments) {
        return calls_.call(thread_.thread(), thread_method(ThreadMethod::SetScheduling), arguments).error;
    }

    void start() { calls_.call(thread_.thread(), thread_method(ThreadMethod::Start)); }

    void kill() {
        calls_.call(thread_.thread(), thread_method(ThreadMethod::Kill));
        calls_.call(thread_.thread(), thread_method(ThreadMethod::Wait));
    }

    [[nodiscard]] ThreadScheduling look() const {
        return calls_.call(thread_.thread(), thread_method(ThreadMethod::Scheduling)).answer<ThreadScheduling>();
    }

    [[nodiscard]] u32 priority() const { return look().running_priority; }

    /// Whether it runs with `priority` soon.
    bool runs_with(u32 priority) const {
        return comes_true(calls_, [&] { return this->priority() == priority; });
    }

    bool was_called() {
        return comes_true(calls_, [&] { return script.token != 0; });
    }

    bool has_results(u64 count) {
        return comes_true(calls_, [&] { return script.results == count; });
    }

    /// This thread answers for it.
    Error answer() { return channel_.answer(script.token); }

    [[nodiscard]] Handle handle() const { return thread_.thread(); }

    Script script;

  private:
    Calls& calls_;
    OwnThread thread_;
    ChannelCalls channel_;
};

constexpr SchedulingArguments fifo(u32 priority) { return real_time(SchedulingClass::Fifo, priority); }

void try_call(Calls& calls, Checks& checks) {
    Actor server(calls);
    Actor client(calls);
    Actor higher(calls);
    server.start();
    checks.equal("set_scheduling", "a client of real time", client.calls(server).set(fifo(10)), kGood);
    client.start();
    checks.that("a server", "runs as who waits for its answer", server.was_called() && server.runs_with(10));
    const ThreadScheduling told = server.look();
    checks.that("a server", "stays what was set",
                told.scheduling_class == static_cast<u32>(SchedulingClass::Interactive) && told.priority == 0 &&
                    told.running_class == static_cast<u32>(SchedulingClass::Fifo));
    const u64 token = server.script.token;
    higher.calls(server).set(fifo(30));
    higher.start();
    checks.that("a server", "runs as the highest of those who wait", server.runs_with(30));
    checks.equal("set_scheduling", "one that waits, to less", higher.set(fifo(20)), kGood);
    checks.that("a server", "follows what those become who wait", server.runs_with(20));
    checks.equal("an answer", "to the one of two", server.answer(), kGood);
    checks.that("a server", "has what is left", server.runs_with(10) && higher.has_results(1));
    server.script.token = token;
    checks.equal("an answer", "to the other", server.answer(), kGood);
    checks.that("a server", "runs as itself when it has answered all", server.runs_with(0) && client.has_results(1));
}

void try_ends(Calls& calls, Checks& checks) {
    Actor server(calls);
    server.start();
    {
        Actor late(calls);
        late.calls(server, calls.now() + 300 * kMillisecond).set(fifo(10));
        late.start();
        checks.that("a server", "runs as who waits until a deadline", server.runs_with(10));
        checks.that("a server", "no longer when that has passed", server.runs_with(0) && late.has_results(1));
    }
    {
        Actor client(calls);
        client.calls(server).set(fifo(11));
        client.start();
        checks.that("a server", "runs as one that is to be killed", server.runs_with(11));
        client.kill();
        checks.that("a server", "no longer when that has ended", server.runs_with(0));
    }
    Actor client(calls);
    client.calls(server).set(fifo(12));
    client.start();
    checks.that("a server", "runs as who waits", server.runs_with(12));
    server.kill();
    checks.equal("a client", "of one that has ended waits as before", client.priority(), 12U);
}

/// Who calls and goes on does not wait.
void try_caller_that_runs(Calls& calls, Checks& checks) {
    Actor server(calls);
    Actor client(calls);
    server.set(fair(SchedulingClass::Idle));
    server.start();
    client.calls(server).script.spins_for = 1;
    client.start();
    const auto runs_as = [&](SchedulingClass of) {
        return comes_true(calls, [&] { return server.look().running_class == static_cast<u32>(of); });
    };
    checks.that("a server", "is called by one that goes on",
                comes_true(calls, [&] { return client.look().used > 5 * kMillisecond; }));
    checks.that("a server", "runs as itself while its caller does", runs_as(SchedulingClass::Idle));
    client.script.spins_for = 0;
    checks.that("a server", "of a lower class runs as its caller that waits", runs_as(SchedulingClass::Interactive));
    checks.that("a server", "answers", server.was_called() && server.answer() == kGood);
    checks.that("a server", "is of its own class again", runs_as(SchedulingClass::Idle) && client.has_results(1));
}

constexpr base::usize kLongestChain = 16;

/// Each calls the next one, when all are equal; then the first becomes more.
void try_chain(Calls& calls, Checks& checks) {
    std::array<std::optional<Actor>, kLongestChain + 2> actors;
    for (auto& actor : actors) {
        actor.emplace(calls);
    }
    const auto at = [&actors](base::usize index) -> Actor& {
        // NOLINTNEXTLINE(bugprone-unchecked-optional-access): all were made above
        return *actors.at(index);
    };
    for (base::usize index = actors.size(); index-- != 0;) {
        if (index + 1 < actors.size()) {
            at(index).calls(at(index + 1));
        }
        at(index).waits_for(kForEver).start();
    }
    checks.that("a chain", "of equals is boosted nowhere", at(kLongestChain + 1).runs_with(0));
    checks.equal("set_scheduling", "the first of a chain", at(0).set(fifo(20)), kGood);
    checks.that("a chain", "is followed sixteen deep", at(kLongestChain).runs_with(20));
    bool are_all = true;
    for (base::usize index = 0; index <= kLongestChain; ++index) {
        are_all = are_all && at(index).runs_with(20);
    }
    checks.that("a chain", "is boosted everywhere", are_all);
    sleep(calls, 10 * kMillisecond);
    checks.equal("a chain", "is not followed deeper", at(kLongestChain + 1).priority(), 0U);
    checks.equal("set_scheduling", "the first of a chain, back", at(0).set(fair(SchedulingClass::Interactive)), kGood);
    for (base::usize index = 0; index <= kLongestChain; ++index) {
        are_all = are_all && at(index).runs_with(0);
    }
    checks.that("a chain", "is restored everywhere", are_all);
}

void try_cycle(Calls& calls, Checks& checks) {
    Actor left(calls);
    Actor right(calls);
    Actor client(calls);
    left.calls(right).waits_for(kForEver).start();
    right.calls(left).waits_for(kForEver).start();
    client.calls(left, calls.now() + 500 * kMillisecond).set(fifo(10));
    client.start();
    checks.that("two that wait for each other", "run as who waits for one", left.runs_with(10) && right.runs_with(10));
    checks.that("two that wait for each other", "are restored", left.runs_with(0) && right.runs_with(0));
    checks.that("two that wait for each other", "one ends", client.has_results(1));
}

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
    owner.calls(server).waits_for(kForEver).start();
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

void try_inheritance(Calls& calls, Checks& checks) {
    Children children(calls);
    Locks locks(children);
    try_call(calls, checks);
    try_ends(calls, checks);
    try_caller_that_runs(calls, checks);
    try_chain(calls, checks);
    try_cycle(calls, checks);
    try_lock(locks, calls, checks);
    try_lock_without_owner(locks, calls, checks);
    try_lock_and_call(locks, calls, checks);
    try_quota(locks, calls, checks);
    try_wrong_owners(locks, calls, checks);
    children.end();
}

} // namespace tests::abi
