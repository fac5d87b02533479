// What calls lend to be pinned for a device: a call that is given up waits for its server.
#include "tests/abi/lease/lending.hpp"
#include "tests/abi/patience.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::CompletionKind;
using ::abi::MemoryMethod;

void expect_recalled(Checks& checks, std::string_view what, const Completion& is, u64 token) {
    checks.equal(what, "is told by a notice", kind_of(is), CompletionKind::Notice);
    checks.equal(what, "that says so", static_cast<Error>(is.status), Error::Cancelled);
    checks.equal(what, "with the token", is.reply, token);
}

void try_pinned(Lending& lending, Checks& checks) {
    const auto request = lending.lend_range({2 * kPage, kPage, kPinWrite});
    checks.equal("what is pinned", "is not mapped", lending.map_error(request.reply, 1), Error::AccessDenied);
    checks.equal("what is pinned", "is not discarded", lending.on_pages(lending.theirs, MemoryMethod::Discard, 2),
                 Error::Busy);
    checks.equal("what is pinned", "is answered", lending.answer(request.reply), kGood);
    checks.equal("what was pinned", "is discarded", lending.on_pages(lending.theirs, MemoryMethod::Discard, 2), kGood);
}

void try_cancelled(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const auto request = lending.lend_range({0, kPage, kPinWrite | kMapRead});
    lending.map(request.reply, lending.ours, 3);
    checks.equal("cancel", "what is pinned", calls.cancel(lending.tag), 1U);
    expect_recalled(checks, "a pin that is wanted back", lending.take(), request.reply);
    checks.equal("cancel", "twice", calls.cancel(lending.tag), 0U);
    checks.that("a pin that is wanted back", "keeps its call", !calls.has_completion());
    checks.equal("a pin that is wanted back", "stays", lending.on_pages(lending.theirs, MemoryMethod::Discard, 0),
                 Error::Busy);
    checks.equal("map_lent", "what is wanted back", lending.map_error(request.reply, 5), Error::BadHandle);
    checks.equal("the answer", "to who gave up", lending.channel.answer(request.reply), Error::Cancelled);
    const Completion done = lending.take();
    checks.equal("who gave up", "has the result", static_cast<Error>(done.status), Error::Cancelled);
    checks.equal("who gave up", "has nothing of the answer", u32{done.length} + done.slots, 0U);
    checks.equal("a pin that came back", "is gone", lending.on_pages(lending.theirs, MemoryMethod::Discard, 0), kGood);
    checks.equal("the token", "is stale", lending.channel.answer(request.reply), Error::BadHandle);
}

void try_late(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    ::abi::Submission entry = ChannelCalls::call_entry(lending.channel.client, 21);
    entry.deadline = calls.now() + 20 * kMillisecond;
    add_lease(entry, lending.theirs, {0, kPage, kPinWrite}, ::abi::kWrite);
    lending.channel.submit(entry);
    const u64 token = lending.take().reply;
    expect_recalled(checks, "a pin that is late", lending.take(), token);
    checks.equal("the answer", "to who was late", lending.channel.answer(token), Error::TimedOut);
    checks.equal("who was late", "has the result", static_cast<Error>(lending.take().status), Error::TimedOut);
}

/// Mapped alone, nothing waits for the server; it hears of it if it is to.
void try_mapped(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    const auto request = lending.lend_range({0, kPage, kMapWrite});
    lending.map(request.reply, lending.ours, 3);
    calls.write_word(lending.ours, 3 * kPage, 5);
    checks.equal("cancel", "what is mapped", calls.cancel(lending.tag), 1U);
    checks.equal("a call that lent", "is cancelled", static_cast<Error>(lending.take().status), Error::Cancelled);
    checks.equal("what was mapped", "is not seen any more", calls.read_word(lending.ours, 3 * kPage), 0U);
    checks.equal("what was written", "stays", calls.read_word(lending.theirs, 0), 5U);
    checks.equal("the answer", "comes too late", lending.channel.answer(request.reply), Error::BadHandle);
    lending.send_range({0, kPage, kMapWrite}, ::abi::kRead | ::abi::kWrite,
                       static_cast<u16>(::abi::SubmissionFlag::TellServer));
    const u64 token = lending.take().reply;
    calls.cancel(lending.tag);
    const Completion first = lending.take();
    checks.equal("a call that tells", "has its result first", first.tag, lending.tag);
    expect_recalled(checks, "its server", lending.take(), token);
}

/// Not delivered yet: nobody is to be waited for.
void try_waiting(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    lending.channel.detach(lending.channel.server);
    lending.send_range({0, kPage, kPinWrite});
    checks.equal("what waits to be pinned", "is fixed already",
                 lending.on_pages(lending.theirs, MemoryMethod::Discard, 0), Error::Busy);
    checks.equal("cancel", "what waits to be pinned", calls.cancel(lending.tag), 1U);
    checks.equal("what waits to be pinned", "is cancelled", static_cast<Error>(lending.take().status),
                 Error::Cancelled);
    lending.send_range({0, kPage, kPinWrite});
    lending.channel.attach(lending.channel.server, kServerTag);
    const auto request = lending.take();
    checks.equal("what waited to be pinned", "is delivered", lending.answer(request.reply), kGood);
}

/// A Memory whose pages this thread supplies, lent by it to itself.
struct Paged {
    explicit Paged(Lending& with)
        : lending(with), channel(with.calls, 0x9a6e), own(with.calls.create_memory(4 * kPage)) {
        memory = with.calls
                     .call(with.calls.root(ObjectKind::Budget),
                           method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreatePagedMemory),
                           ::abi::CreatePagedMemoryArguments{.bytes = 4 * kPage, .flags = 0}, lend(channel.client))
                     .handle();
    }

    void supply(u64 token, u64 page) {
        lending.calls.write_word(own, page * kPage, page + 100);
        lending.calls.call(memory, method_of(ObjectKind::Memory, MemoryMethod::Supply),
                           ::abi::SupplyArguments{.offset = page * kPage,
                                                  .source_offset = page * kPage,
                                                  .bytes = kPage,
                                                  .flags = ::abi::kSupplyForWriting},
                           lend(own));
        channel.answer(token);
    }

    void send(u64 tag, const Range& range, u64 deadline = 0) {
        ::abi::Submission entry = ChannelCalls::call_entry(lending.channel.client, tag);
        entry.deadline = deadline;
        add_lease(entry, memory, range, ::abi::kRead);
        lending.channel.submit(entry);
    }

    void end() {
        channel.drop();
        lending.calls.drop(memory);
        lending.calls.drop(own);
    }

    Lending& lending;
    ChannelCalls channel;
    Handle own;
    Handle memory{};
};

Error attach_for_paged(Lending& lending) {
    Calls& calls = lending.calls;
    return calls
        .call(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
              ::abi::AttachArguments{.tag = kServerTag, .mask = 0, .flags = ::abi::kTakesPaged},
              lend(lending.channel.server))
        .error;
}

void try_paged(Lending& lending, Checks& checks) {
    Calls& calls = lending.calls;
    Paged paged(lending);
    paged.send(31, {0, kPage, kMapRead});
    checks.equal("a paged lease", "its server did not ask for", static_cast<Error>(lending.take().status),
                 Error::Unsupported);
    checks.equal("attach", "to take paged leases", attach_for_paged(lending), kGood);
    paged.send(32, {kPage, 2 * kPage, kMapRead});
    for (const u64 page : {u64{1}, u64{2}}) {
        const Completion asked = lending.take();
        checks.equal("a paged lease", "asks its pager", asked.method, static_cast<u16>(::abi::KernelRequest::Page));
        paged.supply(asked.reply, page);
    }
    const auto request = lending.take();
    checks.equal("a paged lease", "is delivered when all is there", request.tag, kServerTag);
    checks.equal("a paged lease", "is mapped", lending.map_error(request.reply, 8), kGood);
    checks.equal("a paged lease", "is seen", calls.read_word(lending.ours, 9 * kPage), 102U);
    checks.equal("withdraw", "what is lent", lending.on_pages(paged.memory, MemoryMethod::Withdraw, 1), Error::Busy);
    lending.answer(request.reply);
    checks.equal("withdraw", "what was lent", lending.on_pages(paged.memory, MemoryMethod::Withdraw, 1), kGood);
    paged.send(33, {3 * kPage, kPage, kMapRead});
    lending.take();
    checks.equal("cancel", "what waits for a page", calls.cancel(33), 1U);
    checks.equal("what waits for a page", "is cancelled", static_cast<Error>(lending.take().status), Error::Cancelled);
    paged.send(34, {3 * kPage, kPage, kMapRead}, calls.now() + 20 * kMillisecond);
    const Completion asked = lending.take();
    checks.equal("what waits for a page", "has a deadline", static_cast<Error>(lending.take().status), Error::TimedOut);
    paged.channel.answer(asked.reply);
    paged.end();
    lending.channel.attach(lending.channel.server, kServerTag);
}

} // namespace

void try_pinned_leases(Calls& calls, Checks& checks) {
    Lending lending(calls);
    try_pinned(lending, checks);
    try_cancelled(lending, checks);
    try_late(lending, checks);
    try_mapped(lending, checks);
    try_waiting(lending, checks);
    try_paged(lending, checks);
    lending.end();
}

} // namespace tests::abi
