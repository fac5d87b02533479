// Budgets that end with all that they pay for.
#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::BudgetMethod;
using ::abi::BudgetUsage;
using ::abi::Completion;

constexpr u64 kPage = 4096;
constexpr u64 kSoon = 20'000'000;

/// Maps all of a Memory of one page into the own space.
u64 map(Calls& calls, Handle memory) {
    return calls
        .call(calls.root(ObjectKind::AddressSpace), method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
              ::abi::MapArguments{.address = 0, .offset = 0, .bytes = kPage, .access = 3, .flags = 0}, lend(memory))
        .answer<u64>();
}

Error query(Calls& calls, u64 address) {
    return calls
        .call(calls.root(ObjectKind::AddressSpace),
              method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Query), address)
        .error;
}

Error attach(Calls& calls, Handle source, u64 tag, u64 mask) {
    return calls
        .call(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
              ::abi::AttachArguments{.tag = tag, .mask = mask, .flags = 0}, lend(source))
        .error;
}

void try_states(BudgetCalls& budgets, Checks& checks) {
    Calls& calls = budgets.calls();
    checks.equal("destroy", "the first program's budget", budgets.destroy(calls.root(ObjectKind::Budget)),
                 Error::BadState);
    const Handle budget = budgets.create();
    const Handle other = calls.derive(budget, ::abi::kAllPermissions);
    checks.equal("destroy", "an empty budget", budgets.destroy(budget), kGood);
    checks.equal("a destroyed budget", "is destroyed once", budgets.destroy(budget), Error::BadState);
    checks.equal("a destroyed budget", "has no usage", budgets.usage_error(other), Error::BadState);
    checks.equal("a destroyed budget", "has no limits", budgets.set_limits(other, kNoLimits), Error::BadState);
    checks.equal("a destroyed budget", "pays for no memory", budgets.create_memory(budget, kPage).error,
                 Error::BadState);
    checks.equal("a destroyed budget", "pays for no budget", budgets.create(budget).error, Error::BadState);
    const Handle memory = calls.create_memory(kPage);
    checks.equal(
        "a destroyed budget", "pays for no clone",
        call_with_slot(calls, memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Clone), lend(budget)).error,
        Error::BadState);
    checks.equal("a destroyed budget", "is still inspected", calls.call(budget, HandleMethod::Null).error, kGood);
    for (const Handle handle : {memory, budget, other}) {
        calls.drop(handle);
    }
}

/// One of each kind, and what they are for each other.
void try_objects(BudgetCalls& budgets, Children& children, Checks& checks) {
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    std::array<Handle, 13> made{};
    {
        const Paid paid(calls, budget);
        const Child child = children.create();
        const Outcome ring = children.create_ring(child);
        ChannelCalls channel(calls, 0);
        const Handle memory = calls.create_memory(4 * kPage);
        const Handle event = calls.create(BudgetMethod::CreateEvent);
        const Handle timer = calls.create(BudgetMethod::CreateTimer);
        calls.call(timer, method_of(ObjectKind::Timer, ::abi::TimerMethod::Arm),
                   ::abi::ArmArguments{.deadline = 1, .period = 1'000'000, .slack = 0});
        calls.write_word(memory, kPage, 5);
        const Handle clone =
            call_with_slot(calls, memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Clone), lend(budget))
                .handle();
        const Handle paged =
            calls
                .call(budget, BudgetCalls::method(BudgetMethod::CreatePagedMemory),
                      ::abi::CreatePagedMemoryArguments{.bytes = kPage, .flags = 0}, lend(channel.client))
                .handle();
        made = {child.process,
                child.space,
                ring.handle(),
                children.create_thread(child, {.routine = Routine::Exit}, ring.handle()).handle(),
                channel.server,
                channel.client,
                memory,
                clone,
                paged,
                event,
                timer,
                calls.derive(event, ::abi::kWrite),
                budgets.create(budget).handle()};
    }
    u32 live = 0;
    for (const Handle handle : made) {
        live += calls.call(handle, HandleMethod::Null).error == kGood ? 1 : 0;
    }
    checks.equal("objects of a budget", "are there", live, static_cast<u32>(made.size()));
    checks.equal("destroy", "with one of each kind", budgets.destroy(budget), kGood);
    u32 dead = 0;
    for (const Handle handle : made) {
        dead += calls.call(handle, HandleMethod::Null).error == Error::BadHandle ? 1 : 0;
        dead += calls.drop(handle) == kGood ? 1 : 0;
    }
    checks.equal("objects of a budget", "end with it", dead, static_cast<u32>(2 * made.size()));
    calls.drop(budget);
}

void try_mappings(BudgetCalls& budgets, Children& children, Checks& checks) {
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    const Handle theirs = budgets.create_memory(budget, kPage).handle();
    const Handle ours = calls.create_memory(kPage);
    const u64 address = map(calls, theirs);
    const u64 kept = map(calls, ours);
    Child child{};
    {
        const Paid paid(calls, budget);
        child = children.create();
    }
    calls.call(child.space, method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
               ::abi::MapArguments{.address = 0, .offset = 0, .bytes = kPage, .access = 3, .flags = 0}, lend(ours));
    calls.write_word(ours, 8, 9);
    checks.equal("a memory of a budget", "is mapped", query(calls, address), kGood);
    checks.equal("destroy", "what is mapped elsewhere", budgets.destroy(budget), kGood);
    checks.equal("a memory of a budget", "is mapped nowhere afterwards", query(calls, address), Error::NotFound);
    checks.equal("a memory of another", "stays", calls.read_word(ours, 8), 9U);
    checks.equal("a memory of another", "stays mapped elsewhere", query(calls, kept), kGood);
    calls.call(calls.root(ObjectKind::AddressSpace),
               method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Unmap),
               ::abi::RangeArguments{.address = kept, .bytes = kPage});
    children.drop(child);
    for (const Handle handle : {theirs, ours, budget}) {
        calls.drop(handle);
    }
}

void try_attachments(BudgetCalls& budgets, Checks& checks) {
    constexpr u64 kEventTag = 0xe1;
    constexpr u64 kClosingTag = 0xe2;
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    Handle event{};
    ChannelCalls own(calls, 0);
    ChannelCalls served = [&] {
        const Paid paid(calls, budget);
        event = calls.create(BudgetMethod::CreateEvent);
        return ChannelCalls(calls);
    }();
    checks.equal("an event of a budget", "is attached", attach(calls, event, kEventTag, 1), kGood);
    checks.equal("another's channel", "is attached", attach(calls, own.server, kClosingTag, 0), kGood);
    served.send(1);
    const Completion request = served.take();
    served.send(2);
    checks.equal("destroy", "what is attached, with calls", budgets.destroy(budget), kGood);
    u32 revoked = 0;
    u32 closed = 0;
    while (calls.has_completion()) {
        const Completion came = calls.take();
        const bool is_notice = kind_of(came) == ::abi::CompletionKind::Notice;
        revoked += is_notice && came.status == static_cast<u16>(Error::Revoked) &&
                           (came.tag == kEventTag || came.tag == kServerTag)
                       ? 1
                       : 0;
        closed += !is_notice && came.status == static_cast<u16>(Error::PeerClosed) && (came.tag == 1 || came.tag == 2)
                      ? 1
                      : 0;
    }
    checks.equal("who had attached what ended", "is told", revoked, 2U);
    checks.equal("calls through a channel that ended", "are over", closed, 2U);
    checks.equal("their token", "is stale", own.answer(request.reply), Error::BadHandle);
    own.send(3);
    const Completion third = calls.take();
    checks.equal("another's channel", "works as before", third.tag, kClosingTag);
    own.answer(third.reply);
    checks.equal("another's channel", "is answered", calls.take().tag, 3U);
    own.drop();
    served.drop();
    calls.drop(event);
    calls.drop(budget);
}

/// A caller in it has a call here, which comes to nothing.
void try_caller(BudgetCalls& budgets, Children& children, Checks& checks) {
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    ChannelCalls channel(calls);
    Child child{};
    Outcome ring{};
    Handle thread{};
    {
        const Paid paid(calls, budget);
        child = children.create();
        ring = children.create_ring(child);
        const u64 end =
            call_with_slot(calls, child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Install),
                           {channel.client, ::abi::kAllPermissions, ::abi::SlotMode::Derive})
                .answer<u64>();
        thread = children.start(
            child, {.routine = Routine::Invoke, .first = ring.answer<u64>(), .second = end, .third = kMethod},
            ring.handle());
    }
    calls.wait();
    const Completion request = channel.take();
    checks.that("a caller in a budget", "calls", kind_of(request) == ::abi::CompletionKind::Request);
    checks.equal("destroy", "while a call of it is here", budgets.destroy(budget), kGood);
    checks.equal("its token", "is stale", channel.answer(request.reply), Error::BadHandle);
    for (const Handle handle : {thread, ring.handle(), budget}) {
        calls.drop(handle);
    }
    children.drop(child);
    channel.drop();
}

/// Its own process ends with it.
void try_own_budget(BudgetCalls& budgets, Children& children, Checks& checks) {
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    Child child{};
    Outcome ring{};
    {
        const Paid paid(calls, budget);
        child = children.create();
        ring = children.create_ring(child);
    }
    const u64 handle =
        call_with_slot(calls, child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Install),
                       {budget, ::abi::kAllPermissions, ::abi::SlotMode::Derive})
            .answer<u64>();
    const u64 waiting =
        calls.post(Calls::entry(child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Wait)));
    const Handle thread = children.start(child,
                                         {.routine = Routine::Invoke,
                                          .first = ring.answer<u64>(),
                                          .second = handle,
                                          .third = BudgetCalls::method(BudgetMethod::Destroy)},
                                         ring.handle());
    const auto report = calls.take(waiting).answer<::abi::EndReport>();
    checks.equal("who destroys its own budget", "ends with it", report.reason,
                 static_cast<u32>(::abi::EndReason::Killed));
    rest_until(calls, [&] { return budgets.usage_error(budget) == Error::BadState; });
    checks.equal("a budget destroyed from within", "is over", budgets.usage_error(budget), Error::BadState);
    for (const Handle held : {thread, ring.handle(), budget}) {
        calls.drop(held);
    }
    children.drop(child);
}

/// Pages that a clone elsewhere shares are waited for.
void try_clone_elsewhere(BudgetCalls& budgets, Checks& checks) {
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    const Handle memory = budgets.create_memory(budget, kPage).handle();
    calls.write_word(memory, 16, 17);
    const Handle clone = call_with_slot(calls, memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Clone),
                                        lend(calls.root(ObjectKind::Budget)))
                             .handle();
    ::abi::Submission entry = Calls::entry(budget, BudgetCalls::method(BudgetMethod::Destroy));
    entry.deadline = calls.now() + kSoon;
    checks.equal("destroy", "what a clone elsewhere shares, in time", calls.send(entry).error, Error::TimedOut);
    checks.equal("what is shared", "is there still", calls.read_word(clone, 16), 17U);
    checks.equal("what it was cloned from", "is not", calls.call(memory, HandleMethod::Null).error, Error::BadHandle);
    checks.that("a budget that is ending", "has used a page", budgets.usage(budget).memory_bytes >= kPage);
    checks.equal("a budget that is ending", "pays for nothing more", budgets.create_memory(budget, kPage).error,
                 Error::BadState);
    checks.equal("a budget that is ending", "keeps its limits", budgets.set_limits(budget, kNoLimits), Error::BadState);
    const u64 first = calls.post(Calls::entry(budget, BudgetCalls::method(BudgetMethod::Destroy)));
    const u64 second = calls.post(Calls::entry(budget, BudgetCalls::method(BudgetMethod::Destroy)));
    checks.that("destroy", "waits", !calls.has(first) && !calls.has(second));
    calls.drop(clone);
    checks.equal("destroy", "when the clone is gone", calls.take(first).error, kGood);
    checks.equal("destroy", "for all who wait", calls.take(second).error, kGood);
    calls.drop(memory);
    calls.drop(budget);
}

/// What nobody can name any more is given back when it pays for nothing.
void try_forgotten(BudgetCalls& budgets, Checks& checks) {
    Calls& calls = budgets.calls();
    const BudgetUsage before = settled_usage(calls);
    calls.drop(budgets.create());
    checks.equal("a budget that nobody names", "is given back", usage_after(calls, before).memory_bytes,
                 before.memory_bytes);
    const Handle budget = budgets.create();
    const Handle below = budgets.create(budget).handle();
    Handle event{};
    {
        const Paid paid(calls, below);
        event = calls.create(BudgetMethod::CreateEvent);
    }
    calls.drop(budget);
    calls.drop(below);
    settled_usage(calls);
    checks.equal("a budget that nobody names", "goes on paying",
                 calls.call(event, method_of(ObjectKind::Event, ::abi::EventMethod::Signal), u64{1}).error, kGood);
    checks.that("a budget that nobody names", "is there while it pays",
                usage(calls).memory_bytes > before.memory_bytes);
    calls.drop(event);
    checks.equal("a budget that nobody names", "is given back with the last it paid for",
                 usage_after(calls, before).memory_bytes, before.memory_bytes);
}

void try_many(BudgetCalls& budgets, Checks& checks) {
    constexpr u32 kMany = 400;
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    std::array<Handle, kMany> made{};
    for (u32 i = 0; i < kMany; ++i) {
        const Paid paid(calls, budget);
        made.at(i) = i % 2 == 0 ? calls.create_memory(kPage * 16) : calls.create(BudgetMethod::CreateEvent);
        if (i % 2 == 0) {
            budgets.commit(made.at(i), kPage * 16);
        }
    }
    std::array<Handle, kMany> derived{};
    for (Handle& handle : derived) {
        handle = calls.derive(made.front(), ::abi::kAllPermissions);
    }
    checks.equal("destroy", "hundreds of objects", budgets.end(budget), kGood);
    u32 dead = 0;
    for (u32 i = 0; i < kMany; ++i) {
        dead += calls.call(made.at(i), HandleMethod::Null).error == Error::BadHandle ? 1 : 0;
        calls.drop(made.at(i));
        calls.drop(derived.at(i));
    }
    checks.equal("hundreds of objects", "end", dead, kMany);
}

} // namespace

void try_destroying(Calls& calls, Checks& checks) {
    BudgetCalls budgets(calls);
    Children children(calls);
    try_states(budgets, checks);
    const auto run = [&] {
        try_objects(budgets, children, checks);
        try_mappings(budgets, children, checks);
        try_attachments(budgets, checks);
        try_caller(budgets, children, checks);
        try_own_budget(budgets, children, checks);
        try_clone_elsewhere(budgets, checks);
    };
    run();
    const BudgetUsage before = budgets.settled();
    for (u32 round = 0; round < 5; ++round) {
        run();
    }
    budgets.expect_settled(checks, "destroyed budgets", before);
    try_forgotten(budgets, checks);
    try_many(budgets, checks);
    children.end();
}

} // namespace tests::abi
