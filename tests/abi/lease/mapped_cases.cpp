// What calls lend to be mapped.
#include "tests/abi/lease/lending.hpp"

namespace tests::abi {

namespace {

using ::abi::MemoryMethod;

constexpr Permissions kBoth = ::abi::kRead | ::abi::kWrite;
constexpr u64 kMark = 0x0123'4567'89ab'cdef;

/// One page of the own space where `memory` is seen.
struct Seen {
    Seen(Calls& with, Handle memory, u64 page) : calls(with) {
        address = calls
                      .call(calls.root(ObjectKind::AddressSpace),
                            method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
                            ::abi::MapArguments{
                                .address = 0, .offset = page * kPage, .bytes = kPage, .access = 3, .flags = 0},
                            lend(memory))
                      .answer<u64>();
    }

    Seen(const Seen&) = delete;
    Seen& operator=(const Seen&) = delete;

    ~Seen() {
        calls.call(calls.root(ObjectKind::AddressSpace),
                   method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Unmap),
                   ::abi::RangeArguments{.address = address, .bytes = kPage});
    }

    /// Its second word.
    [[nodiscard]] volatile u64& word() const {
        // SAFETY: the page is mapped as long as this lives.
        return *reinterpret_cast<volatile u64*>(address + 8);
    }

    Calls& calls;
    u64 address = 0;
};

void try_read(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    calls.write_word(lending.theirs, 2 * kPage + 8, kMark);
    const Seen seen(calls, lending.ours, 5);
    checks.equal("before a lease is mapped", "zeros are seen", seen.word(), 0U);
    const auto request = lending.lend_range({.offset = kPage, .bytes = 2 * kPage, .access = kMapRead}, ::abi::kRead);
    checks.equal("a mapped lease", "tells its range", word_in(request, 56), packed({0, 2 * kPage, kMapRead}));
    const Outcome mapped = lending.map(request.reply, lending.ours, 4);
    checks.equal("map_lent", "is good", mapped.error, kGood);
    checks.equal("map_lent", "tells how much", mapped.answer<u64>(), 2 * kPage);
    checks.equal("a mapped lease", "is seen where zeros were", seen.word(), kMark);
    calls.write_word(lending.theirs, 2 * kPage + 8, kMark + 1);
    checks.equal("a mapped lease", "is the same memory", seen.word(), kMark + 1);
    checks.equal("a mapped lease", "is read by the kernel", calls.read_word(lending.ours, 5 * kPage + 8), kMark + 1);
    checks.equal("a lease to be read", "is not written",
                 calls
                     .call(lending.ours, method_of(ObjectKind::Memory, MemoryMethod::Write),
                           std::array{4 * kPage, u64{8}, u64{1}})
                     .error,
                 Error::AccessDenied);
    checks.equal("a lease to be read", "is not committed", lending.on_pages(lending.ours, MemoryMethod::Commit, 4),
                 Error::AccessDenied);
    checks.equal("an answered call", "has its answer", lending.answer(request.reply), kGood);
    checks.equal("after the answer", "zeros are seen", seen.word(), 0U);
    checks.equal("after the answer", "nothing is lent", lending.map_error(request.reply, 4), Error::BadHandle);
    seen.word() = 1;
    checks.equal("after the answer", "what is written is the server's", calls.read_word(lending.theirs, 2 * kPage + 8),
                 kMark + 1);
    lending.on_pages(lending.ours, MemoryMethod::Discard, 0, 16);
}

void try_written(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const auto request = lending.lend_range({.offset = 0, .bytes = kPage, .access = kMapWrite});
    checks.equal("map_lent", "to be written", lending.map_error(request.reply, 7), kGood);
    const Seen seen(calls, lending.ours, 7);
    seen.word() = kMark;
    checks.equal("what a server writes", "is its caller's", calls.read_word(lending.theirs, 8), kMark);
    checks.equal("zero", "what is lent to be written", lending.on_pages(lending.ours, MemoryMethod::Zero, 7), kGood);
    checks.equal("zero", "is seen by the caller", calls.read_word(lending.theirs, 8), 0U);
    seen.word() = kMark + 2;
    lending.answer(request.reply);
    checks.equal("what a server wrote", "stays", calls.read_word(lending.theirs, 8), kMark + 2);
}

/// The caller can take nothing of it away, nor the server.
void try_fixed(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const auto request = lending.lend_range({.offset = kPage, .bytes = 2 * kPage, .access = kMapWrite});
    lending.map(request.reply, lending.ours, 3);
    for (const Handle memory : {lending.theirs, lending.ours}) {
        const u64 page = memory == lending.theirs ? 2 : 4;
        checks.equal("what is mapped", "is not discarded", lending.on_pages(memory, MemoryMethod::Discard, page),
                     Error::Busy);
        checks.equal("what is mapped", "is not cut off",
                     calls.call(memory, method_of(ObjectKind::Memory, MemoryMethod::Resize), kPage).error, Error::Busy);
        checks.equal("what is mapped", "is not cloned", lending.clone(memory).error, Error::Busy);
    }
    checks.equal("what is not lent", "is discarded", lending.on_pages(lending.theirs, MemoryMethod::Discard, 8), kGood);
    lending.answer(request.reply);
    checks.equal("what was mapped", "is discarded", lending.on_pages(lending.theirs, MemoryMethod::Discard, 2), kGood);
    checks.equal("what showed it", "is discarded", lending.on_pages(lending.ours, MemoryMethod::Discard, 4), kGood);
}

void try_where(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    calls.write_word(lending.ours, kPage, 1);
    const auto request = lending.lend_range({.offset = 0, .bytes = 2 * kPage, .access = kMapRead}, ::abi::kRead);
    checks.equal("map_lent", "where something is", lending.map_error(request.reply, 0), Error::Exists);
    checks.equal("map_lent", "over the end", lending.map_error(request.reply, 15), Error::OutOfRange);
    checks.equal("map_lent", "a lease that is not there", lending.map_error(request.reply, 4, 1), Error::OutOfRange);
    checks.equal("map_lent", "of no call", lending.map_error(1, 4), Error::BadHandle);
    const Handle read_only = calls.derive(lending.ours, ::abi::kRead);
    checks.equal("map_lent", "in what may not be written", lending.map(request.reply, read_only, 4).error,
                 Error::AccessDenied);
    calls.drop(read_only);
    checks.equal("map_lent", "in what is no Memory", lending.map(request.reply, calls.root(ObjectKind::Event), 4).error,
                 Error::WrongType);
    checks.equal("map_lent", "not at a page",
                 calls
                     .call(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::MapLent),
                           ::abi::MapLentArguments{.token = request.reply, .lease = 0, .offset = 4 * kPage + 8},
                           lend(lending.ours))
                     .error,
                 Error::InvalidArgument);
    checks.equal("map_lent", "after refusals", lending.map_error(request.reply, 4), kGood);
    checks.equal("map_lent", "twice", lending.map_error(request.reply, 8), Error::Busy);
    lending.answer(request.reply);
    const auto copied = lending.lend_range({.offset = 0, .bytes = kPage, .access = ::abi::kLeaseRead});
    checks.equal("map_lent", "what is lent to be copied", lending.map_error(copied.reply, 4), Error::AccessDenied);
    lending.answer(copied.reply);
    lending.on_pages(lending.ours, MemoryMethod::Discard, 0, 16);
}

void try_refused(Lending& lending, Checks& checks) {
    const auto expect = [&](std::string_view what, const Range& range, Error error) {
        checks.equal("lending to be mapped", what, lending.refused(lending.theirs, range, kBoth), error);
    };
    expect("from within a page", {8, kPage, kMapRead}, Error::InvalidArgument);
    expect("part of a page", {0, kPage + 8, kMapRead}, Error::InvalidArgument);
    expect("to be written alone", {0, kPage, ::abi::kLeaseMap | ::abi::kLeaseWrite}, Error::InvalidArgument);
    expect("for nothing", {0, kPage, ::abi::kLeaseMap}, Error::InvalidArgument);
    expect("more than the longest", {0, ::abi::kMostFixedLease + kPage, kMapRead}, Error::InvalidArgument);
    expect("what its call cannot name", {0, kPage, kMapRead | ::abi::kLeaseOfSecond}, Error::InvalidArgument);
    expect("over the end", {15 * kPage, 2 * kPage, kMapRead}, Error::OutOfRange);
    checks.equal("lending to be mapped", "more than the word allows",
                 lending.refused(lending.theirs, {0, kPage, kMapWrite}, ::abi::kRead), Error::AccessDenied);
}

/// Two leases of one call, one of them copied, of pages that are copies yet.
void try_two(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    calls.write_word(lending.theirs, 9 * kPage, kMark);
    const Handle copy = lending.clone(lending.theirs).handle();
    ::abi::Submission entry = ChannelCalls::call_entry(lending.channel.client, 11);
    add_lease(entry, copy, {9 * kPage, 8, ::abi::kLeaseRead}, ::abi::kRead);
    add_lease(entry, copy, {9 * kPage, kPage, kMapWrite}, kBoth);
    lending.channel.submit(entry);
    const auto request = lending.take();
    checks.equal("two leases", "the second is mapped", lending.map_error(request.reply, 9, 1), kGood);
    checks.equal("two leases", "the first is not", lending.map_error(request.reply, 2, 0), Error::AccessDenied);
    calls.write_word(lending.ours, 9 * kPage, kMark + 9);
    const ::abi::CopyLentArguments out{.token = 0, .lease = 0, .lease_offset = 0, .offset = 0, .bytes = 8};
    checks.equal("two leases", "the first is copied", lending.copy_error(request.reply, out), kGood);
    checks.equal("two leases", "of the same page", calls.read_word(lending.ours, 0), kMark + 9);
    const ::abi::CopyLentArguments second{.token = 0, .lease = 1, .lease_offset = 0, .offset = 8, .bytes = 8};
    checks.equal("a mapped lease", "is copied too", lending.copy_error(request.reply, second), kGood);
    checks.equal("a mapped lease", "is copied right", calls.read_word(lending.ours, 8), kMark + 9);
    checks.equal("a copy", "is lent alone", calls.read_word(lending.theirs, 9 * kPage), kMark);
    lending.answer(request.reply);
    calls.drop(copy);
    lending.on_pages(lending.ours, MemoryMethod::Discard, 0, 16);
}

/// The answer's payload and capabilities arrive, though it waits.
void try_answer(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    ::abi::Submission entry = ChannelCalls::call_entry(lending.channel.client, 12);
    entry.accept = 1;
    add_lease(entry, lending.theirs, {0, kPage, kMapRead}, ::abi::kRead);
    lending.channel.submit(entry);
    const u64 token = lending.take().reply;
    lending.map(token, lending.ours, 1);
    const Handle given = calls.derive(lending.ours, ::abi::kAllPermissions);
    ::abi::Submission answer = ChannelCalls::answer_entry(token, 13, kMark);
    answer.method = 77;
    answer.slots = 2;
    answer.slot[0] = answer.slot[1] = ::abi::SlotWord(given, ::abi::kRead, ::abi::SlotMode::Derive).word();
    checks.equal("an answer", "with more than is accepted", calls.send(answer).error, Error::InvalidArgument);
    answer.slots = 1;
    checks.equal("an answer", "to who lent", calls.send(answer).error, kGood);
    const auto done = lending.take();
    checks.equal("who lent", "has the status", done.status, 77U);
    checks.equal("who lent", "has the payload", word_of(done), kMark);
    checks.equal("who lent", "has the capability", done.slots, 1U);
    const Handle got = ::abi::SlotWord{done.slot[0]}.handle();
    checks.equal("who lent", "may use it", calls.call(got, HandleMethod::Null).error, kGood);
    calls.drop(got);
    calls.drop(given);
}

/// As long as a lease may be, of which nothing is there yet; and one after the other, of which nothing is kept.
void try_many(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const u64 pages = ::abi::kMostFixedLease / kPage;
    const Handle large = calls.create_memory(pages * kPage);
    const Handle window = calls.create_memory(pages * kPage);
    const Handle own = lending.theirs;
    lending.theirs = large;
    u64 good = 0;
    for (u64 round = 0; round < 8; ++round) {
        const auto request = lending.lend_range({0, pages * kPage, kMapWrite});
        good += lending.map(request.reply, window, 0).answer<u64>() == pages * kPage ? 1 : 0;
        calls.write_word(window, (pages - 1) * kPage, round + 1);
        good += calls.read_word(large, (pages - 1) * kPage) == round + 1 ? 1 : 0;
        good += lending.answer(request.reply) == kGood ? 1 : 0;
    }
    checks.equal("the longest lease", "again and again", good, 24U);
    lending.theirs = own;
    calls.drop(large);
    calls.drop(window);
}

void try_forward(Lending& lending, Checks& checks) {
    ChannelCalls other(lending.calls);
    const auto request = lending.lend_range({0, kPage, kMapRead}, ::abi::kRead);
    ::abi::Submission forward = ChannelCalls::answer_entry(request.reply, 0);
    forward.method = kMethod;
    forward.slots = 1;
    forward.slot[0] = lend(other.client).word();
    checks.equal("forward", "what lends to be mapped", lending.calls.send(forward).error, Error::Unsupported);
    lending.answer(request.reply);
    other.drop();
}

} // namespace

void try_mapped_leases(Calls& calls, Checks& checks) {
    Lending lending(calls);
    try_read(lending, checks);
    try_written(lending, checks);
    try_fixed(lending, checks);
    try_where(lending, checks);
    try_refused(lending, checks);
    try_two(lending, checks);
    try_answer(lending, checks);
    try_many(lending, checks);
    try_forward(lending, checks);
    lending.end();
}

} // namespace tests::abi
