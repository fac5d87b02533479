// What ends leases besides an answer.
#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/lease/lending.hpp"
#include "tests/abi/patience.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::CompletionKind;
using ::abi::MemoryMethod;

constexpr u64 kMark = 0x7777;

void expect_told(Lending& lending, Checks& checks, std::string_view what, u64 token) {
    const Completion told = lending.take();
    checks.equal(what, "tells the server", kind_of(told), CompletionKind::Notice);
    checks.equal(what, "of this call", told.reply, token);
}

/// Of a call whose first lease was taken away.
void expect_taken(Lending& lending, Checks& checks, std::string_view what, u64 token) {
    checks.equal(what, "takes away what was seen", lending.calls.read_word(lending.ours, 4 * kPage), 0U);
    checks.equal(what, "leaves nothing to be mapped", lending.map_error(token, 8), Error::Revoked);
    checks.equal(what, "leaves the call", lending.answer(token), kGood);
}

u64 lend_and_map(Lending& lending, u64 access = kMapWrite) {
    lending.calls.write_word(lending.theirs, 0, kMark);
    const auto request = lending.lend_range({0, kPage, access});
    lending.map(request.reply, lending.ours, 4);
    return request.reply;
}

void try_revoked(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const Handle whole = lending.theirs;
    lending.theirs = calls.derive(whole, ::abi::kAllPermissions);
    const u64 token = lend_and_map(lending, kMapWrite | ::abi::kLeasePin);
    checks.equal("a mapped lease", "is seen", calls.read_word(lending.ours, 4 * kPage), kMark);
    checks.equal("revoke", "what is lent", calls.call(whole, HandleMethod::Revoke).error, kGood);
    checks.equal("revoke", "leaves nothing fixed", lending.on_pages(whole, MemoryMethod::Discard, 0), kGood);
    expect_told(lending, checks, "revoke of what is lent", token);
    expect_taken(lending, checks, "revoke of what is lent", token);
    calls.drop(lending.theirs);
    lending.theirs = whole;
}

/// A pin that is gone is not waited for, whichever comes first.
void try_given_up_and_revoked(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const Handle whole = lending.theirs;
    for (const bool is_revoked_first : {false, true}) {
        lending.theirs = calls.derive(whole, ::abi::kAllPermissions);
        const u64 token = lend_and_map(lending, kMapWrite | ::abi::kLeasePin);
        const auto revoke = [&] { calls.call(whole, HandleMethod::Revoke); };
        if (is_revoked_first) {
            revoke();
        }
        checks.equal("cancel", "what is pinned and revoked", calls.cancel(lending.tag), 1U);
        expect_told(lending, checks, "what is pinned and revoked", token);
        if (!is_revoked_first) {
            checks.that("a pin", "is waited for until it is revoked", !calls.has_completion());
            revoke();
        }
        const Completion done = lending.take();
        checks.equal("what is pinned and revoked", "has its result", static_cast<Error>(done.status), Error::Cancelled);
        checks.equal("its server", "may answer no more", lending.channel.answer(token), Error::BadHandle);
        checks.equal("what is pinned and revoked", "is fixed no more",
                     lending.on_pages(whole, MemoryMethod::Discard, 0), kGood);
        calls.drop(lending.theirs);
    }
    lending.theirs = whole;
}

void try_window_revoked(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const Handle window = calls.derive(lending.ours, ::abi::kAllPermissions);
    calls.write_word(lending.theirs, 0, kMark);
    const auto request = lending.lend_range({0, kPage, kMapWrite});
    checks.equal("map_lent", "in a child", lending.map(request.reply, window, 4).error, kGood);
    checks.equal("revoke", "what shows a lease", calls.call(lending.ours, HandleMethod::Revoke).error, kGood);
    expect_told(lending, checks, "revoke of what shows it", request.reply);
    expect_taken(lending, checks, "revoke of what shows it", request.reply);
    calls.drop(window);
}

void try_expired(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const Handle whole = lending.theirs;
    lending.theirs = calls.derive(whole, ::abi::kAllPermissions, calls.now() + 50 * kMillisecond);
    const u64 token = lend_and_map(lending);
    expect_told(lending, checks, "the expiry of what is lent", token);
    checks.that("an expired lease", "is not fixed",
                comes_true(calls, [&] { return lending.on_pages(whole, MemoryMethod::Discard, 0) == kGood; }));
    expect_taken(lending, checks, "the expiry of what is lent", token);
    calls.drop(lending.theirs);
    lending.theirs = whole;
}

/// Dropped, it hangs below the next capability above.
void try_dropped(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const Handle whole = lending.theirs;
    lending.theirs = calls.derive(whole, ::abi::kAllPermissions);
    const u64 token = lend_and_map(lending);
    calls.drop(lending.theirs);
    checks.equal("what was dropped", "is lent still", calls.read_word(lending.ours, 4 * kPage), kMark);
    checks.equal("revoke", "of the one above", calls.call(whole, HandleMethod::Revoke).error, kGood);
    expect_told(lending, checks, "revoke of the one above", token);
    expect_taken(lending, checks, "revoke of the one above", token);
    lending.theirs = whole;
}

void try_closed(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    ChannelCalls other(calls);
    std::swap(lending.channel.client, other.client);
    std::swap(lending.channel.server, other.server);
    const u64 token = lend_and_map(lending, kMapWrite | ::abi::kLeasePin);
    calls.drop(lending.channel.server);
    const Completion done = lending.take();
    checks.equal("a server that is gone", "ends the call", static_cast<Error>(done.status), Error::PeerClosed);
    checks.equal("a server that is gone", "sees nothing", calls.read_word(lending.ours, 4 * kPage), 0U);
    checks.equal("a server that is gone", "keeps no pin", lending.on_pages(lending.theirs, MemoryMethod::Discard, 0),
                 kGood);
    checks.equal("its token", "is stale", lending.map_error(token, 4), Error::BadHandle);
    lending.send_range({0, kPage, kMapRead});
    checks.equal("lending", "to nobody", static_cast<Error>(lending.take().status), Error::PeerClosed);
    calls.drop(lending.channel.client);
    std::swap(lending.channel.client, other.client);
    std::swap(lending.channel.server, other.server);
}

/// Whoever pays for one of both Memories ends it, whatever the server does.
void try_destroyed(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    BudgetCalls budgets(calls);
    for (const bool is_window : {false, true}) {
        Handle& memory = is_window ? lending.ours : lending.theirs;
        const Handle own = memory;
        const Handle budget = budgets.create();
        memory = budgets.create_memory(budget, 16 * kPage).handle();
        const u64 token = lend_and_map(lending, kMapWrite | ::abi::kLeasePin);
        checks.equal("destroy", "who pays for what is lent or shows it", budgets.destroy(budget), kGood);
        expect_told(lending, checks, "destroy", token);
        checks.equal("after destroy", "the call is answered", lending.answer(token), kGood);
        calls.drop(memory);
        calls.drop(budget);
        memory = own;
    }
    checks.equal("what was lent", "is the caller's", lending.on_pages(lending.theirs, MemoryMethod::Discard, 0), kGood);
}

/// Nothing of many leases is kept.
void try_nothing_kept(Lending& lending, Checks& checks) {
    BudgetCalls budgets(lending.calls);
    lending.answer(lend_and_map(lending));
    const auto before = budgets.settled();
    for (int i = 0; i < 40; ++i) {
        const u64 token = lend_and_map(lending);
        if (i % 2 == 0) {
            lending.answer(token);
        } else {
            lending.calls.cancel(lending.tag);
            lending.take();
        }
    }
    budgets.expect_settled(checks, "leases that ended", before);
}

} // namespace

void try_ends_of_leases(Calls& calls, Checks& checks) {
    Lending lending(calls);
    try_revoked(lending, checks);
    try_given_up_and_revoked(lending, checks);
    try_window_revoked(lending, checks);
    try_expired(lending, checks);
    try_dropped(lending, checks);
    try_closed(lending, checks);
    try_destroyed(lending, checks);
    try_nothing_kept(lending, checks);
    lending.end();
}

} // namespace tests::abi
