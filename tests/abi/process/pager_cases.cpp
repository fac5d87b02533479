// A pager, which is the test, and processes that wait for its pages.
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::EndReason;
using ::abi::MemoryMethod;

constexpr u64 kPage = 4096;
constexpr u64 kPages = 8;
constexpr u64 kPlace = 0x5000'0030'0000;

constexpr u16 memory_method(MemoryMethod method) { return method_of(ObjectKind::Memory, method); }

/// A Memory whose pages the test supplies, from a Memory of its own.
struct Pager {
    explicit Pager(Children& with, u64 flags = 0)
        : children(with), calls(with.calls()), channel(with.calls()), own(calls.create_memory(kPages * kPage)) {
        badged = calls
                     .call(channel.client, static_cast<u16>(HandleMethod::Derive),
                           ::abi::DeriveArguments{.permissions = ::abi::kAllPermissions.bits,
                                                  .expiry = 0,
                                                  .has_qualifier = 1,
                                                  .qualifier = kBadge})
                     .handle();
        paged = calls
                    .call(calls.root(ObjectKind::Budget),
                          method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreatePagedMemory),
                          ::abi::CreatePagedMemoryArguments{.bytes = kPages * kPage, .flags = flags}, lend(badged))
                    .handle();
    }

    /// Processes that write to page `page` of it, and end with `code`.
    Child start_writer(u64 page, u64 code) {
        const Child child = children.create();
        start_writer_in(child, page, code);
        return child;
    }

    void start_writer_in(const Child& child, u64 page, u64 code) {
        calls.call(child.space, method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
                   ::abi::MapArguments{.address = kPlace,
                                       .offset = 0,
                                       .bytes = kPages * kPage,
                                       .access = ::abi::kMapRead | ::abi::kMapWrite,
                                       .flags = 0},
                   lend(paged));
        calls.drop(children.start(
            child, {.routine = Routine::WriteWord, .first = kPlace + page * kPage, .second = code, .third = code}));
    }

    Completion request() {
        calls.wait();
        return channel.take();
    }

    /// Gives page `page`, which holds `word`.
    Error supply(u64 page, u64 word, u64 flags = ::abi::kSupplyForWriting) {
        calls.write_word(own, page * kPage + 8, word);
        return supply_pages(page, page, 1, flags);
    }

    Error supply_pages(u64 page, u64 source_page, u64 count, u64 flags = 0) {
        return calls
            .call(paged, memory_method(MemoryMethod::Supply),
                  ::abi::SupplyArguments{.offset = page * kPage,
                                         .source_offset = source_page * kPage,
                                         .bytes = count * kPage,
                                         .flags = flags},
                  lend(own))
            .error;
    }

    Error answer(u64 token, u16 status = 0) {
        ::abi::Submission entry = Calls::entry(Handle{token}, status);
        return calls.send(entry).error;
    }

    Outcome on_range(MemoryMethod method, u64 page, u64 count) {
        return calls.call(paged, memory_method(method),
                          ::abi::RangeArguments{.address = page * kPage, .bytes = count * kPage});
    }

    Outcome read(u64 page) {
        return calls.call(paged, memory_method(MemoryMethod::Read),
                          ::abi::CopyArguments{.offset = page * kPage, .bytes = 8});
    }

    void end() {
        channel.drop();
        for (const Handle handle : {badged, paged, own}) {
            calls.drop(handle);
        }
    }

    static constexpr u64 kBadge = 0xbad6e;

    Children& children;
    Calls& calls;
    ChannelCalls channel;
    Handle own;
    Handle badged{};
    Handle paged{};
};

void expect_end(Checks& checks, std::string_view what, Children& children, const Child& child, EndReason reason,
                u64 code) {
    const auto report = children.wait(child);
    checks.equal(what, "reason", report.reason, static_cast<u32>(reason));
    checks.equal(what, "code", report.code, code);
    children.drop(child);
}

constexpr u64 kPageFault = 14;

void try_good_pager(Children& children, Checks& checks) {
    Pager pager(children);
    const Child child = pager.start_writer(3, 33);
    const Completion request = pager.request();
    checks.equal("a page request", "method", request.method, static_cast<u16>(::abi::KernelRequest::Page));
    checks.equal("a page request", "badge", request.badge, Pager::kBadge);
    checks.equal("a page request", "tag", request.tag, kServerTag);
    const auto asked = Outcome{kGood, request}.answer<::abi::PageRequest>();
    checks.equal("a page request", "offset", asked.offset, 3 * kPage);
    checks.equal("a page request", "bytes", asked.bytes, kPage);
    checks.equal("a page request", "access", asked.access, ::abi::kMapRead | ::abi::kMapWrite);
    ::abi::Submission forward = ChannelCalls::call_entry(Handle{request.reply}, 1);
    forward.slots = 1;
    forward.slot[0] = lend(pager.channel.client).word();
    checks.equal("forward", "what the kernel asks", pager.calls.send(forward).error, Error::Unsupported);
    checks.equal("supply", "the page", pager.supply(3, 0x77), kGood);
    checks.equal("supply", "is answered", pager.answer(request.reply), kGood);
    expect_end(checks, "who waited for a page", children, child, EndReason::Exited, 33);
    checks.equal("a page", "was written", pager.read(3).answer<u64>(), 33U);
    checks.equal("supply", "a page that is there", pager.supply_pages(3, 4, 1), Error::Exists);
    const auto report = pager.on_range(MemoryMethod::Clean, 0, kPages).answer<::abi::PagesReport>();
    checks.equal("clean", "how much", report.bytes, kPages * kPage);
    checks.equal("clean", "tells the dirty page", report.dirty, u64{1} << 3);
    checks.equal("clean", "again", pager.on_range(MemoryMethod::Clean, 0, kPages).answer<::abi::PagesReport>().dirty,
                 0U);
    const auto withdrawn = pager.on_range(MemoryMethod::Withdraw, 0, kPages).answer<::abi::PagesReport>();
    checks.equal("withdraw", "how much", withdrawn.bytes, kPages * kPage);
    checks.equal("supply", "it again", pager.supply_pages(3, 4, 1), kGood);
    checks.equal(
        "what was given", "is in the pager's Memory no more",
        pager.calls
            .call(pager.own, memory_method(MemoryMethod::Read), ::abi::CopyArguments{.offset = 3 * kPage, .bytes = 8})
            .error,
        Error::BadState);
    pager.end();
}

void try_first_write(Children& children, Checks& checks) {
    Pager pager(children, ::abi::kAsksBeforeWriting);
    checks.equal("supply", "a page before it is wanted", pager.supply(1, 5, 0), kGood);
    const Child child = pager.start_writer(1, 44);
    const Completion request = pager.request();
    checks.equal("a first write", "asks", Outcome{kGood, request}.answer<::abi::PageRequest>().access,
                 ::abi::kMapRead | ::abi::kMapWrite);
    checks.equal("grant_writing", "the page", pager.on_range(MemoryMethod::GrantWriting, 1, 1).error, kGood);
    pager.answer(request.reply);
    expect_end(checks, "who waited to write", children, child, EndReason::Exited, 44);
    checks.equal("grant_writing", "a page that is not there", pager.on_range(MemoryMethod::GrantWriting, 2, 1).error,
                 Error::NotFound);
    pager.end();
}

/// Methods wait for pages as accesses do.
void try_methods(Children& children, Checks& checks) {
    Pager pager(children);
    const u64 reading = pager.calls.post(Calls::with(pager.paged, memory_method(MemoryMethod::Read),
                                                     ::abi::CopyArguments{.offset = 2 * kPage + 8, .bytes = 8}));
    const Completion request = pager.request();
    checks.equal("read", "asks for the page", Outcome{kGood, request}.answer<::abi::PageRequest>().offset, 2 * kPage);
    checks.equal("read", "asks to read alone", Outcome{kGood, request}.answer<::abi::PageRequest>().access,
                 ::abi::kMapRead);
    checks.that("read", "waits", !pager.calls.has(reading));
    pager.supply(2, 0x99);
    checks.equal("read", "is to try again", pager.calls.take(reading).error, Error::Busy);
    pager.answer(request.reply);
    const auto now = pager.calls.call(pager.paged, memory_method(MemoryMethod::Read),
                                      ::abi::CopyArguments{.offset = 2 * kPage + 8, .bytes = 8});
    checks.equal("read", "then", now.answer<u64>(), 0x99U);
    const Handle other = pager.calls.create_memory(kPage);
    ::abi::Submission copy =
        Calls::with(other, memory_method(MemoryMethod::Copy), ::abi::MemoryCopyArguments{0, 4 * kPage, 8});
    copy.slots = 1;
    copy.slot[0] = lend(pager.paged).word();
    const u64 copying = pager.calls.post(copy);
    const Completion refused = pager.request();
    checks.equal("copy", "asks for the page", Outcome{kGood, refused}.answer<::abi::PageRequest>().offset, 4 * kPage);
    pager.answer(refused.reply, static_cast<u16>(Error::DeviceError));
    checks.equal("copy", "hears that it does not come", pager.calls.take(copying).error, Error::DeviceError);
    pager.calls.drop(other);
    pager.end();
}

void try_bad_pagers(Children& children, Checks& checks) {
    {
        Pager pager(children);
        const Child first = pager.start_writer(0, 1);
        const Completion request = pager.request();
        pager.answer(request.reply, static_cast<u16>(Error::DeviceError));
        expect_end(checks, "who is refused a page", children, first, EndReason::Faulted, kPageFault);
        const Child second = pager.start_writer(0, 1);
        pager.request();
        pager.calls.drop(pager.channel.server);
        expect_end(checks, "whose pager is gone", children, second, EndReason::Faulted, kPageFault);
        const Child third = pager.start_writer(0, 1);
        expect_end(checks, "who comes later", children, third, EndReason::Faulted, kPageFault);
        checks.equal("read", "whose pager is gone", pager.read(0).error, Error::PeerClosed);
        pager.end();
    }
    Pager pager(children);
    const Child child = pager.start_writer(0, 1);
    const Completion request = pager.request();
    children.kill(child);
    expect_end(checks, "who is killed while it waits", children, child, EndReason::Killed, 0);
    checks.equal("supply", "for nobody", pager.supply(0, 1), kGood);
    checks.equal("supply", "is answered all the same", pager.answer(request.reply), kGood);
    pager.end();
}

/// A process that serves its own pages hears at once that they do not come.
void try_loop(Children& children, Checks& checks) {
    Pager pager(children);
    ChannelCalls handler(pager.calls);
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    pager.calls.call(ring.handle(), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
                     ::abi::AttachArguments{.tag = 1, .mask = 0, .flags = 0}, lend(pager.channel.server));
    ::abi::Submission telling =
        Calls::with(child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::SetFaultChannel),
                    u64{::abi::kFaultHandler});
    telling.slots = 1;
    telling.slot[0] = lend(handler.client).word();
    pager.calls.send(telling);
    pager.start_writer_in(child, 0, 1);
    const Completion request = pager.request();
    const auto report = Outcome{kGood, request}.answer<::abi::FaultReport>();
    checks.equal("who waits for itself", "is told", report.error, static_cast<u32>(Error::PagerLoop));
    checks.equal("who waits for itself", "where", report.address, kPlace);
    pager.answer(request.reply, 1);
    expect_end(checks, "who waits for itself", children, child, EndReason::Faulted, kPageFault);
    pager.calls.drop(ring.handle());
    handler.drop();
    pager.end();
}

void try_bad_supplies(Children& children, Checks& checks) {
    Pager pager(children);
    checks.equal("supply", "pages that are not there", pager.supply_pages(0, kPages, 1), Error::OutOfRange);
    checks.equal("supply", "behind the end", pager.supply_pages(kPages, 0, 1), Error::OutOfRange);
    checks.equal("supply", "nothing", pager.supply_pages(0, 0, 0), Error::InvalidArgument);
    checks.equal("supply", "too much", pager.supply_pages(0, 0, 65), Error::InvalidArgument);
    checks.equal("supply", "with an unknown flag", pager.supply_pages(0, 0, 1, 2), Error::InvalidArgument);
    checks.equal("supply", "all at once", pager.supply_pages(0, 0, kPages), kGood);
    const auto create = [&](u64 bytes, u64 flags, Handle end) {
        return pager.calls
            .call(pager.calls.root(ObjectKind::Budget),
                  method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreatePagedMemory),
                  ::abi::CreatePagedMemoryArguments{.bytes = bytes, .flags = flags}, lend(end))
            .error;
    };
    checks.equal("create_paged_memory", "with an unknown flag", create(kPage, 2, pager.channel.client),
                 Error::InvalidArgument);
    checks.equal("create_paged_memory", "of no whole pages", create(100, 0, pager.channel.client),
                 Error::InvalidArgument);
    checks.equal("create_paged_memory", "through a server's end", create(kPage, 0, pager.channel.server),
                 Error::WrongType);
    checks.equal("create_paged_memory", "through nothing", create(kPage, 0, Handle{}), Error::BadHandle);
    const Handle mute = pager.calls.derive(pager.channel.client, ::abi::kDelete);
    checks.equal("create_paged_memory", "through an end that may not call", create(kPage, 0, mute),
                 Error::AccessDenied);
    pager.calls.drop(mute);
    pager.end();
}

} // namespace

void try_pagers(Calls& calls, Checks& checks) {
    Children children(calls);
    try_good_pager(children, checks);
    try_first_write(children, checks);
    try_methods(children, checks);
    try_bad_pagers(children, checks);
    try_loop(children, checks);
    try_bad_supplies(children, checks);
    children.end();
}

} // namespace tests::abi
