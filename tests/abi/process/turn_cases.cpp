// Words that change while others wait for them, on other processors; and waits whose process ends.
#include <array>

#include "tests/abi/cases.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/process/word_calls.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::EndReason;
using ::abi::EndReport;
using ::abi::ProcessMethod;

/// Words of the shared page: whose turn it is, where the turns end, and another.
constexpr u64 kTurn = 212;
constexpr u64 kEnd = 213;
constexpr u64 kOther = 214;
constexpr u64 kNever = 0x7fff'ffff;
constexpr u64 kTurnThere = Children::kBoard + 8 * kTurn;

/// A process with a thread that takes the turns that are `own`, on a processor that there may not be.
struct Player {
    Player(Children& with, u64 own, u64 processor)
        : children(with), child(with.create()), ring(with.create_ring(child)) {
        Calls& calls = children.calls();
        const u64 space = call_with_slot(calls, child.process, method_of(ObjectKind::Process, ProcessMethod::Install),
                                         {child.space, ::abi::kRead | ::abi::kWrite, ::abi::SlotMode::Derive})
                              .answer<u64>();
        Beginning beginning{.routine = Routine::TakeTurns,
                            .first = ring.answer<u64>(),
                            .second = space,
                            .third = kTurnThere + own,
                            .processor = processor};
        Outcome made = children.create_thread(child, beginning, ring.handle());
        if (made.error != kGood) {
            beginning.processor = ::abi::kAnyProcessor;
            made = children.create_thread(child, beginning, ring.handle());
        }
        thread = made.handle();
        children.thread_call(thread, ::abi::ThreadMethod::Start);
    }

    /// How it ended; if it does not for long, it is killed.
    EndReport end() {
        constexpr u64 kPatience = 30'000'000'000;
        Calls& calls = children.calls();
        ::abi::Submission entry = Calls::entry(child.process, method_of(ObjectKind::Process, ProcessMethod::Wait));
        entry.deadline = calls.now() + kPatience;
        if (calls.send(entry).error != kGood) {
            children.kill(child);
        }
        const EndReport report = children.wait(child);
        calls.drop(thread);
        calls.drop(ring.handle());
        children.drop(child);
        return report;
    }

    Children& children;
    Child child;
    Outcome ring;
    Handle thread{};
};

/// No wake is lost, wherever both run: else the turns would not come to their end.
void try_two(Children& children, Checks& checks, u64 first_processor, u64 second_processor) {
    constexpr u64 kTurns = 2'500;
    children.board(kTurn) = 0;
    children.board(kEnd) = kTurns;
    Player first(children, 0, first_processor);
    Player second(children, 1, second_processor);
    const EndReport one = first.end();
    const EndReport two = second.end();
    checks.equal("turns", "come to their end", children.board(kTurn), kTurns);
    checks.equal("who takes turns", "ends", one.reason, static_cast<u32>(EndReason::Exited));
    checks.equal("the other", "ends", two.reason, static_cast<u32>(EndReason::Exited));
    checks.that("who takes turns", "is woken now and then", one.code + two.code != 0);
    checks.that("who takes turns", "has no other result", one.code <= kTurns && two.code <= kTurns);
}

/// Wakes against deadlines and cancellations: each wait has one result.
void try_races(Children& children, Checks& checks) {
    constexpr u64 kRounds = 300;
    constexpr u64 kStep = 1'000;
    Calls& calls = children.calls();
    WordCalls words(calls, calls.root(ObjectKind::AddressSpace));
    const u64 address = children.address(kTurn);
    children.board(kTurn) = 0;
    children.board(kEnd) = kNever;
    Player player(children, 1, 1);
    u64 wrong = 0;
    for (u64 round = 0; round < kRounds; ++round) {
        const auto odd = static_cast<u32>(children.board(kTurn) | 1);
        children.board(kTurn) = odd;
        words.wake(address, 1);
        const u64 tag = words.post_wait(address, odd, round % 2 == 0 ? calls.now() + round * kStep : 0);
        const bool is_cancelled = round % 3 == 0 && calls.cancel(tag) == 1;
        const Error error = calls.take(tag).error;
        wrong += is_cancelled != (error == Error::Cancelled) ? 1 : 0;
        wrong += error != kGood && error != Error::BadState && error != Error::Cancelled &&
                         (error != Error::TimedOut || round % 2 != 0)
                     ? 1
                     : 0;
        while (children.board(kTurn) == odd && children.state(player.child).reason == 0) {
        }
    }
    checks.equal("wakes, deadlines and cancellations", "tell the truth", wrong, 0U);
    checks.that("wakes, deadlines and cancellations", "have one result each", !calls.has_completion());
    children.board(kEnd) = 0;
    // Whoever is about to wait compares this word, not the other one.
    children.board(kTurn) = children.board(kTurn) | 1;
    words.wake(address, ~u32{0});
    checks.equal("who takes turns", "ends", player.end().reason, static_cast<u32>(EndReason::Exited));
}

/// A process that waits for a word, and perhaps for another than it named, when it is killed.
void try_dying_waiter(Children& children, Checks& checks, bool is_moved) {
    Calls& calls = children.calls();
    WordCalls words(calls, calls.root(ObjectKind::AddressSpace));
    children.board(kTurn) = 0;
    children.board(kOther) = 0;
    children.board(kEnd) = kNever;
    Player player(children, 1, 1);
    const u64 turn = children.address(kTurn);
    const u64 other = children.address(kOther);
    while (words.move_one(turn, other, 0) == 0) {
    }
    if (!is_moved) {
        checks.equal("requeue_address", "back again", words.move_one(other, turn, 0), 1U);
    }
    children.kill(player.child);
    checks.equal("who waits for a word", "is killed", player.end().reason, static_cast<u32>(EndReason::Killed));
    checks.equal("who waited for a word", "is gone", words.wake(turn, ~u32{0}) + words.wake(other, ~u32{0}), 0U);
}

void try_no_leak(Children& children, Checks& checks) {
    constexpr u32 kMany = 200;
    Calls& calls = children.calls();
    WordCalls words(calls, calls.root(ObjectKind::AddressSpace));
    const u64 address = children.address(kTurn);
    children.board(kTurn) = 0;
    const auto use_many = [&] {
        for (u32 i = 0; i < kMany; ++i) {
            const u64 tag = words.post_wait(address, 0, i % 2 == 0 ? calls.now() + kNever : 0);
            words.move_one(address, children.address(kOther), 0);
            words.wake(children.address(kOther), 1);
            calls.take(tag);
            calls.send(words.wait_entry(address, 1));
            calls.send(words.wait_entry(address, 0, 1));
        }
    };
    use_many();
    const ::abi::BudgetUsage before = settled_usage(calls);
    use_many();
    checks.equal("waits for words", "are paid back", usage_after(calls, before).memory_bytes, before.memory_bytes);
}

} // namespace

void try_turns(Calls& calls, Checks& checks) {
    Children children(calls);
    try_two(children, checks, 0, 1);
    try_two(children, checks, 1, 2);
    try_two(children, checks, 0, 0);
    try_races(children, checks);
    try_dying_waiter(children, checks, false);
    try_dying_waiter(children, checks, true);
    try_no_leak(children, checks);
    children.end();
}

} // namespace tests::abi
