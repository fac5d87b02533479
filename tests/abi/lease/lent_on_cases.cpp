// Servers that lend on what was lent to them.
#include "tests/abi/lease/lending.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::CompletionKind;
using ::abi::MemoryMethod;

constexpr Permissions kBoth = ::abi::kRead | ::abi::kWrite;
constexpr u64 kInnerTag = 0x77;
constexpr u64 kInnerServer = 0x1bb;

/// The server of `lending` calls another one.
struct Inner {
    explicit Inner(Lending& with) : lending(with), channel(with.calls, kInnerServer) {}

    void send(u64 token, const Range& range, Permissions permissions = kBoth) {
        ::abi::Submission entry = ChannelCalls::call_entry(channel.client, kInnerTag);
        add_lease(entry, Handle{token}, range, permissions);
        channel.submit(entry);
    }

    Completion lend_on(u64 token, const Range& range) {
        send(token, range);
        return lending.take();
    }

    Error refused(u64 token, const Range& range, Permissions permissions = kBoth) {
        send(token, range, permissions);
        return static_cast<Error>(lending.take().status);
    }

    Lending& lending;
    ChannelCalls channel;
};

void try_lent_on(Lending& lending, Inner& inner, Checks& checks) {
    Calls& calls = lending.calls;
    calls.write_word(lending.theirs, 3 * kPage, 0x33);
    const auto outer = lending.lend_range({2 * kPage, 4 * kPage, kMapWrite | kPinWrite});
    const auto request = inner.lend_on(outer.reply, {kPage, 2 * kPage, kMapWrite});
    checks.equal("what is lent on", "arrives", request.tag, kInnerServer);
    checks.equal("what is lent on", "tells its range", word_in(request, 48), kPage);
    checks.equal("what is lent on", "is mapped", lending.map_error(request.reply, 6), kGood);
    checks.equal("what is lent on", "is the first caller's", calls.read_word(lending.ours, 6 * kPage), 0x33U);
    checks.equal("what is lent on", "is mapped by its lender too", lending.map_error(outer.reply, 10), kGood);
    inner.channel.answer(request.reply);
    checks.equal("the inner call", "is answered", lending.take().tag, kInnerTag);
    checks.equal("what was lent on", "is seen no more", calls.read_word(lending.ours, 6 * kPage), 0U);
    checks.equal("what is lent", "is seen still", calls.read_word(lending.ours, 11 * kPage), 0x33U);
    checks.equal("what is lent", "stays", lending.on_pages(lending.theirs, MemoryMethod::Discard, 3), Error::Busy);
    checks.equal("the outer call", "is answered", lending.answer(outer.reply), kGood);
    checks.equal("what was lent", "is the caller's", lending.on_pages(lending.theirs, MemoryMethod::Discard, 3), kGood);
}

void try_refusals(Lending& lending, Inner& inner, Checks& checks) {
    const auto outer = lending.lend_range({0, 2 * kPage, kMapRead});
    const u64 token = outer.reply;
    checks.equal("lending on", "with more access", inner.refused(token, {0, kPage, kMapWrite}), Error::AccessDenied);
    checks.equal("lending on", "to be pinned", inner.refused(token, {0, kPage, kMapRead | ::abi::kLeasePin}),
                 Error::AccessDenied);
    checks.equal("lending on", "with less than its word allows",
                 inner.refused(token, {0, kPage, kMapRead}, ::abi::kWrite), Error::AccessDenied);
    checks.equal("lending on", "to be copied", inner.refused(token, {0, kPage, ::abi::kLeaseRead}),
                 Error::InvalidArgument);
    checks.equal("lending on", "from within a page", inner.refused(token, {8, kPage, kMapRead}),
                 Error::InvalidArgument);
    checks.equal("lending on", "beyond it", inner.refused(token, {kPage, 2 * kPage, kMapRead}), Error::OutOfRange);
    checks.equal("lending on", "far beyond it", inner.refused(token, {~u64{0} << 12, kPage, kMapRead}),
                 Error::OutOfRange);
    checks.equal("lending on", "a second lease", inner.refused(token, {0, kPage, kMapRead | ::abi::kLeaseOfSecond}),
                 Error::OutOfRange);
    checks.equal("lending on", "of another call", inner.refused(token + 1, {0, kPage, kMapRead}), Error::BadHandle);
    lending.answer(token);
    checks.equal("lending on", "of a call that is over", inner.refused(token, {0, kPage, kMapRead}), Error::BadHandle);
    const auto copied = lending.lend_range({0, kPage, ::abi::kLeaseRead});
    checks.equal("lending on", "what is lent to be copied", inner.refused(copied.reply, {0, kPage, kMapRead}),
                 Error::AccessDenied);
    lending.answer(copied.reply);
}

/// The second lease of a call, and that again.
void try_deeper(Lending& lending, Inner& inner, Checks& checks) {
    Calls& calls = lending.calls;
    calls.write_word(lending.theirs, 5 * kPage, 0x55);
    ::abi::Submission entry = ChannelCalls::call_entry(lending.channel.client, 41);
    add_lease(entry, lending.theirs, {0, kPage, kMapRead}, ::abi::kRead);
    add_lease(entry, lending.theirs, {4 * kPage, 2 * kPage, kMapRead}, ::abi::kRead);
    lending.channel.submit(entry);
    const auto outer = lending.take();
    const auto middle = inner.lend_on(outer.reply, {0, 2 * kPage, kMapRead | ::abi::kLeaseOfSecond});
    const auto last = inner.lend_on(middle.reply, {kPage, kPage, kMapRead});
    checks.equal("what is lent on twice", "is mapped", lending.map_error(last.reply, 2), kGood);
    checks.equal("what is lent on twice", "is the first caller's", calls.read_word(lending.ours, 2 * kPage), 0x55U);
    checks.equal("an answer", "before those below", lending.channel.answer(outer.reply), kGood);
    u32 cancelled = 0;
    for (int i = 0; i < 2; ++i) {
        const Completion done = lending.take();
        cancelled += done.tag == kInnerTag && static_cast<Error>(done.status) == Error::Cancelled ? 1 : 0;
    }
    checks.equal("what was lent on", "is cancelled first", cancelled, 2U);
    checks.equal("what was lent on", "before its outer call", lending.take().tag, 41U);
    checks.equal("what was lent on twice", "is seen no more", calls.read_word(lending.ours, 2 * kPage), 0U);
    checks.equal("the inner token", "is stale", inner.channel.answer(last.reply), Error::BadHandle);
}

/// Who pinned what was lent on is waited for, through both calls.
void try_pinned(Lending& lending, Inner& inner, Checks& checks) {
    Calls& calls = lending.calls;
    const auto outer = lending.lend_range({0, kPage, kPinWrite});
    const auto request = inner.lend_on(outer.reply, {0, kPage, kPinWrite});
    checks.equal("an answer", "while a device is at work", lending.channel.answer(outer.reply), kGood);
    const Completion told = lending.take();
    checks.equal("who pins", "is told", kind_of(told), CompletionKind::Notice);
    checks.equal("who pins", "with the inner token", told.reply, request.reply);
    checks.that("who pins", "is waited for", !calls.has_completion());
    checks.equal("who pins", "answers", inner.channel.answer(request.reply), Error::Cancelled);
    checks.equal("the inner call", "is over first", lending.take().tag, kInnerTag);
    checks.equal("the outer call", "is over then", lending.take().tag, lending.tag);
}

/// What takes the first caller's right takes all.
void try_revoked(Lending& lending, Inner& inner, Checks& checks) {
    Calls& calls = lending.calls;
    const Handle whole = lending.theirs;
    const Handle parent = calls.derive(whole, ::abi::kAllPermissions);
    lending.theirs = calls.derive(parent, ::abi::kAllPermissions);
    calls.write_word(whole, 0, 0x99);
    const auto outer = lending.lend_range({0, kPage, kMapWrite | kPinWrite});
    const auto request = inner.lend_on(outer.reply, {0, kPage, kMapWrite | kPinWrite});
    lending.map(request.reply, lending.ours, 1);
    checks.equal("revoke", "what is lent on", calls.call(parent, HandleMethod::Revoke).error, kGood);
    checks.equal("what was revoked", "is seen no more", calls.read_word(lending.ours, kPage), 0U);
    checks.equal("what was revoked", "is fixed no more", lending.on_pages(whole, MemoryMethod::Discard, 0), kGood);
    u32 inner_ended = 0;
    u32 outer_told = 0;
    for (int i = 0; i < 2; ++i) {
        const Completion done = lending.take();
        inner_ended += done.tag == kInnerTag && static_cast<Error>(done.status) == Error::Cancelled ? 1 : 0;
        outer_told += kind_of(done) == CompletionKind::Notice && done.reply == outer.reply ? 1 : 0;
    }
    checks.equal("revoke", "ends the inner call", inner_ended, 1U);
    checks.equal("revoke", "tells the server", outer_told, 1U);
    checks.equal("lending on", "what was revoked", inner.refused(outer.reply, {0, kPage, kMapRead}), Error::Revoked);
    checks.equal("a call that lost its lease", "is answered", lending.answer(outer.reply), kGood);
    calls.drop(lending.theirs);
    calls.drop(parent);
    lending.theirs = whole;
}

} // namespace

void try_leases_lent_on(Calls& calls, Checks& checks) {
    Lending lending(calls);
    Inner inner(lending);
    try_lent_on(lending, inner, checks);
    try_refusals(lending, inner, checks);
    try_deeper(lending, inner, checks);
    try_pinned(lending, inner, checks);
    try_revoked(lending, inner, checks);
    inner.channel.drop();
    lending.end();
}

} // namespace tests::abi
