// Ranges that a call lends, and copies of them.
#include "tests/abi/lease/lending.hpp"

namespace tests::abi {

namespace {

constexpr u64 kMark = 0x1122'3344'5566'7788;

constexpr ::abi::CopyLentArguments out_of(u64 lease_offset, u64 offset, u64 bytes) {
    return {.token = 0, .lease = 0, .lease_offset = lease_offset, .offset = offset, .bytes = bytes};
}

constexpr ::abi::CopyLentArguments into(u64 lease_offset, u64 offset, u64 bytes) {
    return {.token = 0, .lease = ::abi::kCopyToLease, .lease_offset = lease_offset, .offset = offset, .bytes = bytes};
}

void try_copies(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    calls.write_word(lending.theirs, 100, kMark);
    const auto request = lending.lend_range({.offset = 100, .bytes = 20, .access = 3});
    const ::abi::SlotWord word{request.slot.at(0)};
    checks.equal("a lease", "comes in a slot", request.slots, 1U);
    checks.equal("a lease", "is lent", static_cast<u64>(word.mode()), static_cast<u64>(::abi::SlotMode::Lend));
    checks.equal("a lease", "is no handle", word.handle().word(), 0U);
    checks.equal("a lease", "says its kind", static_cast<u64>(word.kind()), static_cast<u64>(ObjectKind::Memory));
    checks.equal("a lease", "tells its offset", word_in(request, 48), 100U);
    checks.equal("a lease", "tells length and access", word_in(request, 56), packed({100, 20, 3}));
    const Outcome copied = lending.copy(request.reply, out_of(0, 4000, 20), lending.ours);
    checks.equal("copy_lent", "out of it", copied.error, kGood);
    checks.equal("copy_lent", "tells how much", copied.answer<u64>(), 20U);
    checks.equal("copy_lent", "what was lent", calls.read_word(lending.ours, 4000), kMark);
    calls.write_word(lending.ours, 0, ~kMark);
    checks.equal("copy_lent", "into it", lending.copy_error(request.reply, into(8, 0, 8)), kGood);
    checks.equal("copy_lent", "is there", calls.read_word(lending.theirs, 108), ~kMark);
    checks.equal("copy_lent", "nothing", lending.copy_error(request.reply, out_of(0, 0, 0)), Error::InvalidArgument);
    checks.equal("copy_lent", "over its end", lending.copy_error(request.reply, out_of(1, 0, 20)), Error::OutOfRange);
    checks.equal("copy_lent", "far behind it", lending.copy_error(request.reply, out_of(~u64{0}, 0, 2)),
                 Error::OutOfRange);
    checks.equal("copy_lent", "over the own end", lending.copy_error(request.reply, out_of(0, 16 * kPage - 8, 20)),
                 Error::OutOfRange);
    auto second = out_of(0, 0, 8);
    second.lease = 1;
    checks.equal("copy_lent", "a lease that is not there", lending.copy_error(request.reply, second),
                 Error::OutOfRange);
    checks.equal("copy_lent", "of no call", lending.copy_error(1, out_of(0, 0, 8)), Error::BadHandle);
    checks.equal("copy_lent", "into what is no Memory",
                 lending.copy(request.reply, out_of(0, 0, 8), calls.root(ObjectKind::Debug)).error, Error::WrongType);
    lending.answer(request.reply);
    checks.equal("copy_lent", "after the answer", lending.copy_error(request.reply, out_of(0, 0, 8)), Error::BadHandle);
}

void try_rights(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const auto readable = lending.lend_range({.offset = 0, .bytes = kPage, .access = ::abi::kLeaseRead});
    checks.equal("a readable lease", "is read", lending.copy_error(readable.reply, out_of(0, 0, 8)), kGood);
    checks.equal("a readable lease", "is written", lending.copy_error(readable.reply, into(0, 0, 8)),
                 Error::AccessDenied);
    lending.answer(readable.reply);
    const auto writable = lending.lend_range({.offset = 0, .bytes = kPage, .access = ::abi::kLeaseWrite});
    checks.equal("a writable lease", "is written", lending.copy_error(writable.reply, into(0, 0, 8)), kGood);
    checks.equal("a writable lease", "is read", lending.copy_error(writable.reply, out_of(0, 0, 8)),
                 Error::AccessDenied);
    const Handle read_only = calls.derive(lending.ours, ::abi::kRead);
    checks.equal("copy_lent", "into what may not be written",
                 lending.copy(writable.reply, out_of(0, 0, 8), read_only).error, Error::AccessDenied);
    calls.drop(read_only);
    lending.answer(writable.reply);
}

void try_refusals(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    constexpr Permissions kBoth = ::abi::kRead | ::abi::kWrite;
    const auto expect = [&](std::string_view what, const Range& range, Error error,
                            Permissions permissions = ::abi::kRead | ::abi::kWrite) {
        checks.equal("lending", what, lending.refused(lending.theirs, range, permissions), error);
    };
    expect("nothing", {0, 0, 1}, Error::InvalidArgument);
    expect("for nothing", {0, 8, 0}, Error::InvalidArgument);
    expect("with unknown access", {0, 8, 17}, Error::InvalidArgument);
    expect("beyond all bounds", {~u64{0} - 4, 8, 1}, Error::OutOfRange, ::abi::kRead);
    expect("more than the word allows", {0, 8, 2}, Error::AccessDenied, ::abi::kRead);
    checks.equal("lending", "with a payload that reaches over the range",
                 lending.refused(lending.theirs, {0, 8, 1}, kBoth, 49), Error::InvalidArgument);
    checks.equal("lending", "what is no Memory", lending.refused(calls.root(ObjectKind::Event), {0, 8, 1}, kBoth),
                 Error::WrongType);
    checks.equal("lending", "what is nothing", lending.refused(Handle{}, {0, 8, 1}, kBoth), Error::BadHandle);
    ::abi::Submission three = ChannelCalls::call_entry(lending.channel.client, 8);
    three.length = 0;
    for (int i = 0; i < 3; ++i) {
        add_lease(three, lending.theirs, {0, 8, 1}, kBoth);
    }
    lending.channel.submit(three);
    checks.equal("lending", "three ranges", static_cast<Error>(lending.channel.take().status), Error::InvalidArgument);
    ::abi::Submission one_way = ChannelCalls::call_entry(lending.channel.client, 9);
    one_way.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
    add_lease(one_way, lending.theirs, {0, 8, 1}, kBoth);
    lending.channel.submit(one_way);
    checks.equal("lending", "by a call without an answer", static_cast<Error>(lending.channel.take().status),
                 Error::InvalidArgument);
    const auto request = lending.lend_range({0, 8, 1});
    ::abi::Submission answer = ChannelCalls::answer_entry(request.reply, 10);
    add_lease(answer, lending.ours, {0, 8, 1}, kBoth);
    checks.equal("lending", "by an answer", calls.send(answer).error, Error::InvalidArgument);
    lending.answer(request.reply);
}

void try_two(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    calls.write_word(lending.theirs, 0, 1);
    calls.write_word(lending.theirs, kPage, 2);
    ::abi::Submission entry = ChannelCalls::call_entry(lending.channel.client, 11);
    add_lease(entry, lending.theirs, {0, 8, 1}, ::abi::kRead);
    add_lease(entry, lending.theirs, {kPage, 8, 1}, ::abi::kRead);
    lending.channel.submit(entry);
    const auto request = lending.channel.take();
    auto second = out_of(0, 8, 8);
    second.lease = 1;
    checks.equal("two leases", "the first", lending.copy_error(request.reply, out_of(0, 0, 8)), kGood);
    checks.equal("two leases", "the second", lending.copy_error(request.reply, second), kGood);
    checks.equal("two leases", "what the first lent", calls.read_word(lending.ours, 0), 1U);
    checks.equal("two leases", "what the second lent", calls.read_word(lending.ours, 8), 2U);
    lending.answer(request.reply);
}

/// What takes the caller's right, or the call, takes the lease.
void try_ends(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const Handle whole = lending.theirs;
    const Handle parent = calls.derive(whole, ::abi::kAllPermissions);
    lending.theirs = calls.derive(parent, ::abi::kAllPermissions);
    const auto revoked = lending.lend_range({0, 8, 1});
    checks.equal("revoke", "of what is lent", calls.call(parent, HandleMethod::Revoke).error, kGood);
    checks.equal("copy_lent", "of what was revoked", lending.copy_error(revoked.reply, out_of(0, 0, 8)),
                 Error::BadHandle);
    lending.answer(revoked.reply);
    calls.drop(lending.theirs);
    lending.theirs = parent;
    const auto cancelled = lending.lend_range({0, 8, 1});
    calls.call(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Cancel), lending.tag);
    checks.equal("a lending call", "is cancelled", static_cast<Error>(lending.channel.take().status), Error::Cancelled);
    checks.equal("copy_lent", "of a call that was cancelled", lending.copy_error(cancelled.reply, out_of(0, 0, 8)),
                 Error::BadHandle);
    calls.drop(parent);
    lending.theirs = whole;
}

void try_large(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    for (u64 page = 0; page < 16; ++page) {
        calls.write_word(lending.theirs, page * kPage + 8, page + 1);
    }
    const auto request = lending.lend_range({8, 16 * kPage - 8, 1});
    u64 done = 0;
    u32 rounds = 0;
    while (done < 15 * kPage && rounds < 100) {
        done += lending.copy(request.reply, out_of(done, done, 15 * kPage - done), lending.ours).answer<u64>();
        ++rounds;
    }
    checks.equal("copy_lent", "of fifteen pages", done, 15 * kPage);
    checks.that("copy_lent", "is done in slices", rounds > 1);
    u64 good = 0;
    for (u64 page = 0; page < 15; ++page) {
        good += calls.read_word(lending.ours, page * kPage) == page + 1 ? 1 : 0;
    }
    checks.equal("copy_lent", "has copied all of it", good, 15U);
    lending.answer(request.reply);
}

} // namespace

void try_copied_leases(Calls& calls, Checks& checks) {
    Lending lending(calls);
    try_copies(lending, checks);
    try_rights(lending, checks);
    try_refusals(lending, checks);
    try_two(lending, checks);
    try_ends(lending, checks);
    try_large(lending, checks);
    lending.end();
}

} // namespace tests::abi
