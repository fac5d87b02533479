// Threads that run as those do who wait for their answers.
#include <array>
#include <optional>

#include "tests/abi/cases.hpp"
#include "tests/abi/process/actor.hpp"

namespace tests::abi {

namespace {

using ::abi::SchedulingClass;
using ::abi::ThreadScheduling;

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
    client.calls(server).script.spins = true;
    client.start();
    const auto runs_as = [&](SchedulingClass of) {
        return comes_true(calls, [&] { return server.look().running_class == static_cast<u32>(of); });
    };
    checks.that("a server", "is called by one that goes on",
                comes_true(calls, [&] { return client.look().used > 5 * kMillisecond; }));
    checks.that("a server", "runs as itself while its caller does", runs_as(SchedulingClass::Idle));
    client.script.spins = false;
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
        at(index).waits_for(Actor::kForEver).start();
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
    left.calls(right).waits_for(Actor::kForEver).start();
    right.calls(left).waits_for(Actor::kForEver).start();
    client.calls(left, calls.now() + 500 * kMillisecond).set(fifo(10));
    client.start();
    checks.that("two that wait for each other", "run as who waits for one", left.runs_with(10) && right.runs_with(10));
    checks.that("two that wait for each other", "are restored", left.runs_with(0) && right.runs_with(0));
    checks.that("two that wait for each other", "one ends", client.has_results(1));
}

} // namespace

void try_inheritance(Calls& calls, Checks& checks) {
    try_call(calls, checks);
    try_ends(calls, checks);
    try_caller_that_runs(calls, checks);
    try_chain(calls, checks);
    try_cycle(calls, checks);
}

} // namespace tests::abi
