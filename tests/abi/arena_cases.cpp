// Where rings stand: small ones share pages, large ones and those at a place that was asked for have their own.
#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/patience.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/process/own_thread.hpp"
#include "tests/abi/settled_usage.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: looks at rings of this process, which the kernel has mapped, through their addresses.

namespace tests::abi {

namespace {

constexpr u64 kPage = 4096;
/// Of 2 submissions and 4 completions.
constexpr u64 kRingBytes = 1024;
constexpr u64 kRingsOfPage = kPage / kRingBytes;

constexpr u16 space_method(::abi::AddressSpaceMethod method) { return method_of(ObjectKind::AddressSpace, method); }

volatile u64& word_at(u64 address) { return *reinterpret_cast<volatile u64*>(address); }

/// A ring of `process`, by default a small one anywhere.
Outcome create_ring(Calls& calls, Handle process, u32 submissions = 2, u32 completions = 4, u64 address = 0) {
    return calls.call(
        process, method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateRing),
        ::abi::CreateRingArguments{
            .submissions = submissions, .completions = completions, .window = 1, .zero = 0, .address = address});
}

Outcome create_own_ring(Calls& calls) { return create_ring(calls, calls.root(ObjectKind::Process)); }

Error unmap(Calls& calls, u64 address, u64 bytes) {
    return calls
        .call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Unmap),
              ::abi::RangeArguments{.address = address, .bytes = bytes})
        .error;
}

Error protect(Calls& calls, u64 address, u64 bytes) {
    return calls
        .call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Protect),
              ::abi::ProtectArguments{.address = address, .bytes = bytes, .access = ::abi::kMapRead})
        .error;
}

Outcome query(Calls& calls, u64 address) {
    return calls.call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Query), address);
}

/// What rings cost beside the pages that they share.
void try_sharing(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child child = children.create();
    std::array<Outcome, kRingsOfPage + 1> rings{};
    rings.front() = children.create_ring(child);
    const u64 start = rings.front().answer<u64>();
    checks.equal("a first ring", "begins a page", start % kPage, 0U);
    const u64 before = usage(calls).memory_bytes;
    for (u64 index = 1; index < kRingsOfPage; ++index) {
        rings.at(index) = children.create_ring(child);
        checks.equal("small rings", "stand side by side", rings.at(index).answer<u64>(), start + index * kRingBytes);
    }
    const u64 each = (usage(calls).memory_bytes - before) / (kRingsOfPage - 1);
    checks.that("small rings", "cost no page each", each < kPage / 2);
    rings.back() = children.create_ring(child);
    checks.that("one more", "stands in another page", rings.back().answer<u64>() / kPage != start / kPage);
    for (const Outcome& ring : rings) {
        calls.drop(ring.handle());
    }
    children.drop(child);
}

/// The first page stays; whatever more there was is given back.
void try_repayment(Children& children, Checks& checks) {
    constexpr u64 kMany = 40;
    Calls& calls = children.calls();
    const auto make_many = [&](const Child& child, u64 count) {
        std::array<Handle, kMany> rings{};
        for (u64 index = 0; index < count; ++index) {
            rings.at(index) = children.create_ring(child).handle();
        }
        for (u64 index = 0; index < count; ++index) {
            calls.drop(rings.at(index));
        }
    };
    // The test's own table grows with the first ones.
    const Child other = children.create();
    make_many(other, kMany);
    children.drop(other);
    const Child child = children.create();
    make_many(child, 1);
    const ::abi::BudgetUsage before = settled_usage(calls);
    make_many(child, kMany);
    checks.equal("many rings", "are paid back", usage_after(calls, before).memory_bytes, before.memory_bytes);
    children.drop(child);
}

/// A place that is used again has nothing of what stood there, and what stands beside it keeps what it has.
void try_reuse(Calls& calls, Checks& checks) {
    constexpr u64 kMark = 0x5a5a'0123'4567'89ab;
    const Outcome first = create_own_ring(calls);
    const Outcome beside = create_own_ring(calls);
    const u64 address = first.answer<u64>();
    for (u64 offset = 0; offset < kRingBytes; offset += sizeof(u64)) {
        word_at(address + offset) = kMark;
        word_at(beside.answer<u64>() + offset) = kMark;
    }
    calls.drop(first.handle());
    settled_usage(calls);
    const Outcome again = create_own_ring(calls);
    checks.equal("a ring", "stands where one was", again.answer<u64>(), address);
    u64 left = 0;
    u64 kept = 0;
    for (u64 offset = 0; offset < kRingBytes; offset += sizeof(u64)) {
        left += word_at(address + offset) != 0 ? 1 : 0;
        kept += word_at(beside.answer<u64>() + offset) == kMark ? 1 : 0;
    }
    checks.equal("a place of a ring", "is zero when it is used again", left, 0U);
    checks.equal("a ring beside it", "keeps what it has", kept, kRingBytes / sizeof(u64));
    calls.drop(again.handle());
    calls.drop(beside.handle());
}

void try_sealing(Calls& calls, Checks& checks) {
    const Outcome ring = create_own_ring(calls);
    const u64 page = ring.answer<u64>() / kPage * kPage;
    checks.equal("unmap", "a ring", unmap(calls, page, kPage), Error::AccessDenied);
    checks.equal("protect", "a ring", protect(calls, page, kPage), Error::AccessDenied);
    checks.equal("a ring", "is still mapped", query(calls, page).error, kGood);
    word_at(ring.answer<u64>() + kRingBytes - sizeof(u64)) = 1;
    calls.drop(ring.handle());
}

/// A large ring is mapped by itself, and goes as a whole.
void try_large(Calls& calls, Checks& checks) {
    constexpr u64 kPlace = 0x5100'0000'0000;
    const Handle own = calls.root(ObjectKind::Process);
    const auto make_both = [&] {
        const Outcome large = create_ring(calls, own, 64, 128);
        const Outcome placed = create_ring(calls, own, 2, 4, kPlace);
        const u64 address = large.answer<u64>();
        const auto span = query(calls, address).answer<::abi::MappedSpan>();
        checks.equal("a large ring", "begins its pages", span.start, address);
        checks.equal("a large ring", "has pages of its own", span.end - span.start, 7 * kPage);
        checks.equal("a ring", "stands where it was asked for", placed.answer<u64>(), kPlace);
        checks.equal("unmap", "a large ring", unmap(calls, address, 7 * kPage), Error::AccessDenied);
        checks.equal("protect", "a ring at a place", protect(calls, kPlace, kPage), Error::AccessDenied);
        word_at(address + 6 * kPage) = 1;
        word_at(kPlace) = 1;
        calls.drop(large.handle());
        calls.drop(placed.handle());
        checks.that("a large ring", "is unmapped when it goes",
                    comes_true(calls, [&] { return query(calls, address).error == Error::NotFound; }));
        checks.that("a ring at a place", "is unmapped when it goes",
                    comes_true(calls, [&] { return query(calls, kPlace).error == Error::NotFound; }));
    };
    make_both();
    const ::abi::BudgetUsage before = settled_usage(calls);
    make_both();
    checks.equal("large rings", "are paid back", usage_after(calls, before).memory_bytes, before.memory_bytes);
}

/// The largest is cleared in slices: all of it is zeros where its frames had something else, and who has no time for
/// that pays for nothing.
void try_largest(Calls& calls, Checks& checks) {
    constexpr u32 kMost = 1024;
    constexpr u64 kBytes = 256 * 1024;
    constexpr u64 kMark = 0x6b6b'89ab'cdef'0123;
    const Handle own = calls.root(ObjectKind::Process);
    u64 left = 0;
    for (u32 time = 0; time < 2; ++time) {
        const Outcome ring = create_ring(calls, own, kMost, kMost);
        const u64 address = ring.answer<u64>();
        for (u64 offset = 0; offset < kBytes; offset += sizeof(u64)) {
            left += word_at(address + offset) != 0 ? 1 : 0;
            word_at(address + offset) = kMark;
        }
        calls.drop(ring.handle());
        settled_usage(calls);
    }
    checks.equal("the largest ring", "is of zeros", left, 0U);
    const ::abi::BudgetUsage before = settled_usage(calls);
    ::abi::Submission entry = Calls::with(
        own, method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateRing),
        ::abi::CreateRingArguments{.submissions = kMost, .completions = kMost, .window = 1, .zero = 0, .address = 0});
    entry.deadline = 1;
    checks.equal("the largest ring", "without time for it", calls.send(entry).error, Error::TimedOut);
    checks.equal("a ring that was begun", "is paid back", usage_after(calls, before).memory_bytes, before.memory_bytes);
}

/// What a thread does whose ring has others beside it.
struct Work {
    u64 entry;
    volatile u64 done;
    volatile u64 wrong;
};

constexpr OwnThread::RingShape kShape{.submissions = 2, .completions = 4, .window = 1};

[[noreturn]] void work(::abi::RingHeader* header, u64 work_at) {
    Work& work = *std::bit_cast<Work*>(work_at);
    sdk::runtime::ProgramRing ring = OwnThread::ring_at(*header, kShape);
    for (u64 tag = 1;; ++tag) {
        ::abi::Submission& entry = ring.next();
        entry = Calls::entry(Handle{work.entry}, static_cast<u16>(HandleMethod::Null));
        entry.tag = tag;
        ring.add();
        sdk::runtime::submit(1, 1);
        const ::abi::Completion* const done = ring.front();
        const bool is_right = done != nullptr && done->status == 0 && done->tag == tag;
        work.wrong = work.wrong + (is_right ? 0 : 1);
        if (done != nullptr) {
            ring.pop();
        }
        work.done = work.done + 1;
        // Lets the other have its turn.
        sdk::runtime::submit(0, 0);
    }
}

void try_neighbours(Calls& calls, Checks& checks) {
    constexpr u64 kRounds = 200;
    Work told{.entry = calls.root(ObjectKind::Debug).word(), .done = 0, .wrong = 0};
    OwnThread thread(calls, kShape);
    thread.start(work, std::bit_cast<u64>(&told));
    const bool is_through = comes_true(calls, [&] {
        const Outcome before = create_own_ring(calls);
        const Outcome behind = create_own_ring(calls);
        word_at(behind.answer<u64>()) = ~u64{0};
        calls.drop(before.handle());
        calls.drop(behind.handle());
        return told.done >= kRounds;
    });
    thread.end();
    checks.that("a ring", "goes on while others come and go beside it", is_through);
    checks.equal("a ring", "has its own results", u64{told.wrong}, 0U);
}

/// Whoever cannot pay for all of it has nothing of it.
void try_refusals(BudgetCalls& budgets, Children& children, Checks& checks) {
    constexpr u64 kStep = 128;
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    Child child{};
    {
        const Paid paid(calls, budget);
        child = children.create();
    }
    ::abi::BudgetLimits limits = kNoLimits;
    const auto used = [&] { return budgets.usage(budget).memory_bytes; };
    const u64 before = used();
    u32 refusals = 0;
    u32 wrong = 0;
    Outcome ring{};
    for (u64 more = 0; more < 4 * kPage; more += kStep) {
        limits.memory_bytes = before + more;
        budgets.set_limits(budget, limits);
        ring = children.create_ring(child);
        if (ring.error == kGood) {
            break;
        }
        ++refusals;
        wrong += ring.error == Error::OverBudget && comes_true(calls, [&] { return used() == before; }) ? 0 : 1;
    }
    checks.that("a ring", "costs a page and its records", refusals > kPage / kStep && ring.error == kGood);
    checks.equal("a refused ring", "leaves nothing behind", wrong, 0U);
    calls.drop(ring.handle());
    children.drop(child);
    budgets.end(budget);
}

/// Who has many is given pages in advance, but not when they cannot be paid for.
void try_advance(BudgetCalls& budgets, Children& children, Checks& checks) {
    constexpr u32 kFull = 2 * kRingsOfPage;
    Calls& calls = budgets.calls();
    const Handle budget = budgets.create();
    std::array<Handle, kFull + 1> rings{};
    Child child{};
    {
        const Paid paid(calls, budget);
        child = children.create();
    }
    for (u32 index = 0; index < kFull; ++index) {
        rings.at(index) = children.create_ring(child).handle();
    }
    ::abi::BudgetLimits limits = kNoLimits;
    limits.memory_bytes = budgets.usage(budget).memory_bytes + 2 * kPage - 1;
    checks.equal("set_limits", "to less than two pages more", budgets.set_limits(budget, limits), kGood);
    const Outcome last = children.create_ring(child);
    checks.equal("a ring", "is had for one page where two cannot be paid for", last.error, kGood);
    rings.back() = last.handle();
    for (const Handle ring : rings) {
        calls.drop(ring);
    }
    children.drop(child);
    budgets.end(budget);
}

/// Rings of a process that ended, which somebody still holds, and one that nobody does.
void try_ends(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const auto make_and_end = [&] {
        const Child child = children.create();
        const Handle kept = children.create_ring(child).handle();
        calls.drop(children.create_ring(child).handle());
        const Outcome large = create_ring(calls, child.process, 64, 128);
        children.kill(child);
        children.wait(child);
        calls.drop(large.handle());
        calls.drop(kept);
        children.drop(child);
    };
    // The last one has a capability, so that its ring goes after its process.
    make_and_end();
    const ::abi::BudgetUsage before = settled_usage(calls);
    make_and_end();
    make_and_end();
    checks.equal("rings of ended processes", "are paid back", usage_after(calls, before).memory_bytes,
                 before.memory_bytes);
}

/// A process that has ended and is held pays no more for it because it had rings.
void try_ended(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const auto end_one = [&](bool has_ring) {
        const Child child = children.create();
        calls.drop(child.space);
        if (has_ring) {
            calls.drop(children.create_ring(child).handle());
        }
        children.kill(child);
        children.wait(child);
        return child.process;
    };
    const u64 before = settled_usage(calls).memory_bytes;
    const Handle plain = end_one(false);
    const u64 between = settled_usage(calls).memory_bytes;
    const Handle ringed = end_one(true);
    checks.equal("an ended process", "keeps nothing for rings", settled_usage(calls).memory_bytes - between,
                 between - before);
    calls.drop(plain);
    calls.drop(ringed);
}

} // namespace

void try_arena(Calls& calls, Checks& checks) {
    Children children(calls);
    BudgetCalls budgets(calls);
    children.board(0) = 0;
    try_sharing(children, checks);
    try_repayment(children, checks);
    for (u32 time = 0; time < 2; ++time) {
        try_reuse(calls, checks);
        try_sealing(calls, checks);
        try_neighbours(calls, checks);
        try_refusals(budgets, children, checks);
        try_advance(budgets, children, checks);
    }
    try_large(calls, checks);
    try_largest(calls, checks);
    try_ends(children, checks);
    try_ended(children, checks);
    children.end();
}

} // namespace tests::abi

#pragma clang unsafe_buffer_usage end
