// What was obtained through a capability ends with it.
#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"

namespace tests::abi {

namespace {

using ::abi::AddressSpaceMethod;
using ::abi::CapabilityView;
using ::abi::Completion;
using ::abi::MapArguments;
using ::abi::RangeArguments;

constexpr u64 kPage = 4096;
constexpr u64 kPages = 8;
constexpr u64 kLater = 20'000'000;

/// What time it is, roughly: a capability that has expired tells.
u64 now(Calls& calls, Handle memory) {
    u64 past = 0;
    for (u64 step = u64{1} << 40; step >= 10'000; step /= 2) {
        const Handle probe = calls.derive(memory, ::abi::kRead, past + step);
        past += calls.call(probe, HandleMethod::Null).error == Error::Expired ? step : 0;
        calls.drop(probe);
    }
    return past;
}

void wait_until(u64 time) {
    // It has no completion to wait for: the time alone ends it.
    while (sdk::runtime::submit(0, 64, time) != 0) {
    }
}

class Revoking {
  public:
    explicit Revoking(Calls& calls) : calls_(calls), memory_(calls.create_memory(kPages * kPage)) {}

    Handle memory() const { return memory_; }

    Handle derive(Handle parent, u64 expiry = 0) { return calls_.derive(parent, ::abi::kAllPermissions, expiry); }

    Error revoke(Handle handle) { return calls_.call(handle, HandleMethod::Revoke).error; }

    Error set_expiry(Handle handle, u64 expiry) {
        return calls_.call(handle, static_cast<u16>(HandleMethod::SetExpiry), expiry).error;
    }

    u64 map(Handle memory, u64 pages = kPages) {
        return calls_
            .call(space(), method(AddressSpaceMethod::Map),
                  MapArguments{.address = 0, .offset = 0, .bytes = pages * kPage, .access = 3, .flags = 0},
                  lend(memory))
            .answer<u64>();
    }

    Error unmap(u64 address, u64 pages) {
        return calls_
            .call(space(), method(AddressSpaceMethod::Unmap),
                  RangeArguments{.address = address, .bytes = pages * kPage})
            .error;
    }

    Error protect(u64 address, u64 pages) {
        return calls_
            .call(space(), method(AddressSpaceMethod::Protect),
                  ::abi::ProtectArguments{.address = address, .bytes = pages * kPage, .access = ::abi::kMapRead})
            .error;
    }

    /// Whether something is mapped there.
    bool is_mapped(u64 address) {
        return calls_.call(space(), method(AddressSpaceMethod::Query), address).error == kGood;
    }

    u64 mapped_pages(u64 address) {
        u64 count = 0;
        for (u64 page = 0; page < kPages; ++page) {
            count += is_mapped(address + page * kPage) ? 1 : 0;
        }
        return count;
    }

    void end() { calls_.drop(memory_); }

  private:
    static constexpr u16 method(AddressSpaceMethod number) { return method_of(ObjectKind::AddressSpace, number); }

    Handle space() { return calls_.root(ObjectKind::AddressSpace); }

    Calls& calls_;
    Handle memory_;
};

void try_mappings(Calls& calls, Checks& checks) {
    Revoking revoking(calls);
    const Handle parent = revoking.derive(revoking.memory());
    const Handle child = revoking.derive(parent);
    const u64 ours = revoking.map(revoking.memory());
    const u64 through_parent = revoking.map(parent);
    const u64 through_child = revoking.map(child);
    checks.equal("revoke", "with mappings below", revoking.revoke(parent), kGood);
    checks.that("a mapping", "through a child ends", !revoking.is_mapped(through_child));
    checks.that("a mapping", "through the capability itself ends", !revoking.is_mapped(through_parent));
    checks.that("a mapping", "through another stays", revoking.is_mapped(ours));
    checks.equal("a capability", "that is revoked itself stays", calls.call(parent, HandleMethod::Null).error, kGood);
    const u64 again = revoking.map(parent);
    checks.that("a mapping", "can be made again", revoking.is_mapped(again));

    const Handle other = revoking.derive(parent);
    const u64 through_other = revoking.map(other);
    checks.equal("drop", "what something is mapped through", calls.drop(other), kGood);
    checks.that("a mapping", "outlives what it was made through", revoking.is_mapped(through_other));
    checks.equal("revoke", "above", revoking.revoke(revoking.memory()), kGood);
    checks.that("a mapping", "whose capability was dropped ends", !revoking.is_mapped(through_other));
    checks.that("a mapping", "ends in any depth", !revoking.is_mapped(again));
    checks.that("a mapping", "through the revoked capability too", !revoking.is_mapped(ours));
    revoking.end();
}

void try_pieces(Calls& calls, Checks& checks) {
    Revoking revoking(calls);
    const Handle parent = revoking.derive(revoking.memory());
    const u64 address = revoking.map(parent);
    checks.equal("unmap", "two pages in the middle", revoking.unmap(address + 2 * kPage, 2), kGood);
    checks.equal("protect", "a page", revoking.protect(address + 5 * kPage, 1), kGood);
    checks.equal("a mapping", "in pieces", revoking.mapped_pages(address), kPages - 2);
    checks.equal("revoke", "with a mapping in pieces", revoking.revoke(parent), kGood);
    checks.equal("a mapping", "in pieces is gone", revoking.mapped_pages(address), 0U);
    const u64 whole = revoking.map(parent);
    checks.equal("unmap", "all", revoking.unmap(whole, kPages), kGood);
    checks.equal("revoke", "with nothing mapped any more", revoking.revoke(parent), kGood);
    const Handle last = calls.create_memory(kPage);
    const u64 kept = revoking.map(last, 1);
    checks.equal("drop", "the last capability", calls.drop(last), kGood);
    checks.that("a mapping", "outlives the last capability", revoking.is_mapped(kept));
    checks.equal("unmap", "what no capability names", revoking.unmap(kept, 1), kGood);
    calls.drop(parent);
    revoking.end();
}

void try_expiry(Calls& calls, Checks& checks) {
    Revoking revoking(calls);
    const u64 time = now(calls, revoking.memory()) + kLater;
    const Handle brief = revoking.derive(revoking.memory(), time);
    const u64 address = revoking.map(brief);
    const u64 kept = revoking.map(revoking.memory());
    checks.that("a mapping", "for a time is there", revoking.is_mapped(address));
    wait_until(time + kLater);
    checks.that("a mapping", "ends when its time is over", !revoking.is_mapped(address));
    checks.that("a mapping", "without an end stays", revoking.is_mapped(kept));
    checks.equal(
        "map", "through what has expired",
        calls
            .call(calls.root(ObjectKind::AddressSpace), method_of(ObjectKind::AddressSpace, AddressSpaceMethod::Map),
                  MapArguments{.address = 0, .offset = 0, .bytes = kPage, .access = 1, .flags = 0}, lend(brief))
            .error,
        Error::Expired);
    revoking.unmap(kept, kPages);
    calls.drop(brief);
    revoking.end();
}

void try_set_expiry(Calls& calls, Checks& checks) {
    Revoking revoking(calls);
    const auto expiry = [&](Handle handle) {
        return calls.call(handle, HandleMethod::Inspect).answer<CapabilityView>().expiry;
    };
    constexpr u64 kFar = u64{1} << 60;
    const Handle parent = revoking.derive(revoking.memory());
    const Handle child = revoking.derive(parent, kFar);
    std::array<Handle, 40> many;
    for (Handle& handle : many) {
        handle = revoking.derive(child);
    }
    const u64 address = revoking.map(many.back());
    checks.equal("set_expiry", "to never", revoking.set_expiry(child, 0), Error::InvalidArgument);
    checks.equal("set_expiry", "to later", revoking.set_expiry(child, kFar + 1), Error::InvalidArgument);
    checks.equal("set_expiry", "to far away", revoking.set_expiry(parent, kFar - 1), kGood);
    checks.equal("set_expiry", "is seen", expiry(parent), kFar - 1);
    checks.equal("set_expiry", "is seen below", expiry(child), kFar - 1);
    checks.equal("set_expiry", "leaves what is above", expiry(revoking.memory()), 0U);
    checks.equal("set_expiry", "of one of them", revoking.set_expiry(child, kFar - 2), kGood);
    u32 earlier = 0;
    for (const Handle handle : many) {
        earlier += expiry(handle) == kFar - 2 ? 1 : 0;
    }
    checks.equal("set_expiry", "is seen in all of many", earlier, 40U);
    checks.equal("set_expiry", "leaves the parent", expiry(parent), kFar - 1);
    const u64 time = now(calls, revoking.memory()) + kLater;
    // On a machine that stands still meanwhile, its own time is over before it is done.
    const Error soon = revoking.set_expiry(child, time);
    checks.that("set_expiry", "to soon", soon == kGood || soon == Error::Expired);
    wait_until(time + kLater);
    checks.that("set_expiry", "ends what is mapped", !revoking.is_mapped(address));
    checks.equal("a child", "has expired", calls.call(child, HandleMethod::Null).error, Error::Expired);
    checks.equal("the parent", "has not", calls.call(parent, HandleMethod::Null).error, kGood);
    for (const Handle handle : many) {
        calls.drop(handle);
    }
    calls.drop(child);
    calls.drop(parent);
    revoking.end();
}

Error attach(Calls& calls, Handle source, u64 tag, u64 mask) {
    return calls
        .call(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
              ::abi::AttachArguments{.tag = tag, .mask = mask, .flags = 0}, lend(source))
        .error;
}

void expect_detached(Calls& calls, Checks& checks, std::string_view what, u64 tag) {
    checks.that(what, "tells its end", calls.has_completion());
    const Completion notice = calls.take();
    checks.equal(what, "by a notice", static_cast<u64>(kind_of(notice)),
                 static_cast<u64>(::abi::CompletionKind::Notice));
    checks.equal(what, "of a revocation", notice.status, static_cast<u16>(Error::Revoked));
    checks.equal(what, "with its tag", notice.tag, tag);
}

void try_event_attachment(Calls& calls, Checks& checks) {
    const Handle event = calls.create(::abi::BudgetMethod::CreateEvent);
    const Handle part = calls.derive(event, ::abi::kAllPermissions);
    const auto signal = [&] {
        return calls.call(event, method_of(ObjectKind::Event, ::abi::EventMethod::Signal), u64{1}).error;
    };
    checks.equal("attach", "through a child", attach(calls, part, 21, 1), kGood);
    signal();
    checks.equal("an attached event", "is heard", calls.take().badge, 1U);
    checks.equal("revoke", "with an attachment below", calls.call(event, HandleMethod::Revoke).error, kGood);
    expect_detached(calls, checks, "an event's attachment", 21);
    signal();
    checks.that("an event", "that is attached no more is not heard", !calls.has_completion());
    checks.equal("attach", "again", attach(calls, event, 22, 1), kGood);
    checks.equal("an event", "attached again", calls.take().tag, 22U);
    checks.equal("revoke", "what it is attached through", calls.call(event, HandleMethod::Revoke).error, kGood);
    expect_detached(calls, checks, "the event's attachment", 22);
    calls.drop(event);
}

void try_channel_attachment(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls, 0);
    const Handle part = calls.derive(channel.server, ::abi::kAllPermissions);
    checks.equal("attach", "a server's end through a child", channel.attach(part, 31), kGood);
    channel.send(1, 5);
    const Completion request = channel.take();
    checks.equal("a call", "comes", request.tag, 31U);
    checks.equal("revoke", "a server's attachment", calls.call(channel.server, HandleMethod::Revoke).error, kGood);
    expect_detached(calls, checks, "a server's attachment", 31);
    channel.send(2, 6);
    checks.that("a call", "waits while no server is attached", !calls.has_completion());
    checks.equal("a call", "that was delivered stays so", channel.answer(request.reply), kGood);
    checks.equal("the answer", "comes", channel.take().tag, 1U);
    checks.equal("attach", "the server's end again", channel.attach(channel.server, 32), kGood);
    const Completion second = channel.take();
    checks.equal("a call", "that waited comes", second.tag, 32U);
    channel.answer(second.reply);
    channel.take();
    checks.equal("detach", "a server's end", channel.detach(channel.server), kGood);
    checks.equal("revoke", "after that", calls.call(channel.server, HandleMethod::Revoke).error, kGood);
    checks.that("what was detached", "is not told once more", !calls.has_completion());
    channel.drop();
}

} // namespace

void try_revocation(Calls& calls, Checks& checks) {
    try_mappings(calls, checks);
    try_pieces(calls, checks);
    try_expiry(calls, checks);
    try_set_expiry(calls, checks);
    try_event_attachment(calls, checks);
    try_channel_attachment(calls, checks);
}

} // namespace tests::abi
