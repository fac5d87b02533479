// Entries that wait end with the capability by which they do.
#include "tests/abi/cases.hpp"
#include "tests/abi/patience.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/process/word_calls.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::EndReport;
using ::abi::ProcessMethod;
using ::abi::ThreadMethod;

constexpr u64 kSoon = 20 * kMillisecond;

Handle derive(Calls& calls, Handle from, u64 expiry = 0) { return calls.derive(from, ::abi::kAllPermissions, expiry); }

/// Something to wait for: `entry(capability)` waits for it until finish().
template <class Entry>
void try_one(Calls& calls, Checks& checks, std::string_view what, Handle whole, Entry entry) {
    const Handle parent = derive(calls, whole);
    const Handle own = derive(calls, parent);
    const Handle beside = derive(calls, whole);
    const u64 other = calls.post(entry(beside));
    const u64 revoked = calls.post(entry(own));
    checks.that(what, "waits", !calls.has(revoked));
    checks.equal(what, "its capability is revoked", calls.call(parent, HandleMethod::Revoke).error, kGood);
    checks.equal(what, "ends with it", calls.take(revoked).error, Error::Revoked);
    checks.equal(what, "is no more possible", calls.send(entry(own)).error, Error::BadHandle);
    checks.that(what, "by another capability waits still", !calls.has(other));
    checks.equal("cancel", what, calls.cancel(other), 1U);
    calls.take(other);
    calls.drop(beside);
    calls.drop(own);
    const Handle dropped = derive(calls, parent);
    const u64 outlives = calls.post(entry(dropped));
    calls.drop(dropped);
    checks.that(what, "outlives its capability", !calls.has(outlives));
    checks.equal(what, "the one above is revoked", calls.call(whole, HandleMethod::Revoke).error, kGood);
    checks.equal(what, "ends with the one above", calls.take(outlives).error, Error::Revoked);
    calls.drop(parent);
    const Handle expiring = derive(calls, whole, calls.now() + kSoon);
    const Outcome late = calls.send(entry(expiring));
    checks.equal(what, "ends when it expires", late.error, Error::Expired);
    calls.drop(expiring);
    const Handle shortened = derive(calls, whole);
    const u64 soon = calls.post(entry(shortened));
    calls.call(shortened, static_cast<u16>(HandleMethod::SetExpiry), calls.now() + kSoon);
    checks.equal(what, "ends when it is made to expire", calls.take(soon).error, Error::Expired);
    calls.drop(shortened);
}

void try_processes_and_threads(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const Handle thread = children.start(child, {.routine = Routine::Spin, .first = Children::kBoard});
    const auto wait_for = [](ObjectKind kind, auto method) {
        return [number = method_of(kind, method)](Handle what) { return Calls::entry(what, number); };
    };
    try_one(calls, checks, "a wait for a process", child.process, wait_for(ObjectKind::Process, ProcessMethod::Wait));
    try_one(calls, checks, "a wait for a thread", thread, wait_for(ObjectKind::Thread, ThreadMethod::Wait));
    const Handle own = derive(calls, child.process);
    const u64 waiting = calls.post(Calls::entry(own, method_of(ObjectKind::Process, ProcessMethod::Wait)));
    children.kill(child);
    checks.equal("a wait", "that ends as it should", calls.take(waiting).error, kGood);
    checks.equal("revoke", "after it ended", calls.call(child.process, HandleMethod::Revoke).error, kGood);
    calls.drop(own);
    calls.drop(thread);
    children.drop(child);
}

void try_words(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const WordCalls words(calls, calls.root(ObjectKind::AddressSpace));
    constinit static u32 word = 7;
    const u64 address = std::bit_cast<u64>(&word);
    try_one(calls, checks, "a wait for a word", calls.root(ObjectKind::AddressSpace),
            [&](Handle space) { return WordCalls(calls, space).wait_entry(address, 7); });
}

/// Waits and what ends them, again and again, on as many processors as there are: each has one result.
void try_races(Children& children, Checks& checks) {
    constexpr u32 kRounds = 60;
    Calls& calls = children.calls();
    const auto before = settled_usage(calls);
    u32 revoked = 0;
    u32 ended = 0;
    for (u32 round = 0; round < kRounds; ++round) {
        const Child child = children.create();
        calls.drop(children.start(child, {.routine = Routine::Exit, .first = round}));
        const Handle own = derive(calls, child.process);
        const u64 waiting = calls.post(Calls::entry(own, method_of(ObjectKind::Process, ProcessMethod::Wait)));
        calls.call(child.process, HandleMethod::Revoke);
        const Error error = calls.take(waiting).error;
        revoked += error == Error::Revoked || error == Error::BadHandle ? 1 : 0;
        ended += error == kGood ? 1 : 0;
        calls.drop(own);
        children.wait(child);
        children.drop(child);
    }
    checks.equal("waits that are revoked while they end", "have one result", revoked + ended, kRounds);
    checks.that("waits that are revoked while they end", "have no second one", !calls.has_completion());
    checks.equal("waits that are revoked", "are paid back", settled_usage(calls).threads, before.threads);
}

} // namespace

void try_ends_of_waits(Calls& calls, Checks& checks) {
    Children children(calls);
    try_processes_and_threads(children, checks);
    try_words(children, checks);
    try_races(children, checks);
    children.end();
}

} // namespace tests::abi
