// What is done to whole pages of a Memory, and copies.
#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

constexpr u64 kPage = 4096;
constexpr u64 kPages = 16;

constexpr u16 memory_method(::abi::MemoryMethod method) { return method_of(ObjectKind::Memory, method); }

Outcome on_range(Calls& calls, Handle memory, ::abi::MemoryMethod method, u64 offset, u64 bytes) {
    return calls.call(memory, memory_method(method), ::abi::RangeArguments{.address = offset, .bytes = bytes});
}

void try_bad_ranges(Calls& calls, Checks& checks, Handle memory) {
    using enum ::abi::MemoryMethod;
    for (const auto method : {Commit, Zero, Discard, GrantWriting, Withdraw, Clean}) {
        const auto expect = [&](std::string_view what, u64 offset, u64 bytes, Error error) {
            checks.equal("a range", what, on_range(calls, memory, method, offset, bytes).error, error);
        };
        expect("of nothing", 0, 0, Error::InvalidArgument);
        expect("within a page", 0, 100, Error::InvalidArgument);
        expect("that begins in a page", 8, kPage, Error::InvalidArgument);
        expect("behind the end", kPages * kPage, kPage, Error::OutOfRange);
        expect("over the end", (kPages - 1) * kPage, 2 * kPage, Error::OutOfRange);
        expect("beyond all bounds", ~u64{0} - kPage + 1, kPage, Error::OutOfRange);
    }
}

void try_pages(Calls& calls, Checks& checks, Handle memory) {
    using enum ::abi::MemoryMethod;
    u64 done = 0;
    for (Outcome slice{}; slice.error == kGood && done < kPages * kPage; done += slice.answer<u64>()) {
        slice = on_range(calls, memory, Commit, done, kPages * kPage - done);
        checks.equal("commit", "a slice", slice.error, kGood);
        checks.that("commit", "says how much", slice.answer<u64>() != 0 && slice.answer<u64>() % kPage == 0);
    }
    checks.equal("commit", "how much after all", done, kPages * kPage);
    calls.write_word(memory, 0, 7);
    calls.write_word(memory, kPage, 8);
    checks.equal("zero", "a page", on_range(calls, memory, Zero, 0, kPage).error, kGood);
    checks.equal("zero", "is zero", calls.read_word(memory, 0), 0U);
    checks.equal("zero", "leaves the next", calls.read_word(memory, kPage), 8U);
    checks.equal("discard", "a page", on_range(calls, memory, Discard, kPage, kPage).error, kGood);
    checks.equal("discard", "is zero", calls.read_word(memory, kPage), 0U);
    for (const auto method : {GrantWriting, Withdraw, Clean}) {
        checks.equal("what has no pager", "cannot", on_range(calls, memory, method, 0, kPage).error,
                     Error::Unsupported);
    }
}

Outcome copy(Calls& calls, Handle to, Handle from, const ::abi::MemoryCopyArguments& wanted) {
    return calls.call(to, memory_method(::abi::MemoryMethod::Copy), wanted, lend(from));
}

void try_copies(Calls& calls, Checks& checks, Handle memory) {
    const Handle other = calls.create_memory(kPages * kPage);
    calls.write_word(other, kPage + 5, 0x1234);
    const Outcome copied = copy(calls, memory, other, {.offset = 3, .source_offset = kPage, .bytes = 2 * kPage});
    checks.equal("copy", "two pages that lie across", copied.error, kGood);
    checks.equal("copy", "how much", copied.answer<u64>(), 2 * kPage);
    checks.equal("copy", "is there", calls.read_word(memory, 8), 0x1234U);
    checks.equal("copy", "to itself, a page on",
                 copy(calls, memory, memory, {.offset = 4 * kPage, .source_offset = 0, .bytes = kPage}).error, kGood);
    checks.equal("copy", "is there too", calls.read_word(memory, 4 * kPage + 8), 0x1234U);
    checks.equal("copy", "nothing", copy(calls, memory, other, {0, 0, 0}).error, Error::InvalidArgument);
    checks.equal("copy", "over the end", copy(calls, memory, other, {kPages * kPage - 4, 0, 8}).error,
                 Error::OutOfRange);
    checks.equal("copy", "from behind the end", copy(calls, memory, other, {0, kPages * kPage, 8}).error,
                 Error::OutOfRange);
    const Handle unreadable = calls.derive(other, ::abi::kWrite);
    checks.equal("copy", "what may not be read", copy(calls, memory, unreadable, {0, 0, 8}).error, Error::AccessDenied);
    checks.equal("copy", "what is no Memory", copy(calls, memory, calls.root(ObjectKind::Debug), {0, 0, 8}).error,
                 Error::WrongType);
    calls.drop(unreadable);
    calls.drop(other);
}

void try_clones(Calls& calls, Checks& checks, Handle memory) {
    const auto clone = [&](Handle budget, Permissions lent = ::abi::kAllPermissions) {
        ::abi::Submission entry = Calls::entry(memory, memory_method(::abi::MemoryMethod::Clone));
        entry.slots = 1;
        entry.slot[0] = lend(budget, lent).word();
        return calls.send(entry);
    };
    calls.write_word(memory, 0, 1);
    const Outcome cloned = clone(calls.root(ObjectKind::Budget));
    checks.equal("clone", "is made", cloned.error, kGood);
    calls.write_word(memory, 0, 2);
    checks.equal("clone", "keeps what was there", calls.read_word(cloned.handle(), 0), 1U);
    calls.write_word(cloned.handle(), 0, 3);
    checks.equal("clone", "is written apart", calls.read_word(memory, 0), 2U);
    checks.equal("clone", "at the cost of nobody", clone(Handle{}).error, Error::BadHandle);
    checks.equal("clone", "at the cost of what is no budget", clone(memory).error, Error::WrongType);
    checks.equal("clone", "at the cost of a budget that may not be used",
                 clone(calls.root(ObjectKind::Budget), ::abi::kRead).error, Error::AccessDenied);
    calls.drop(cloned.handle());
}

/// How many of 16 copies of `bytes` one submission takes; the others follow, and all succeed.
u64 first_batch(Calls& calls, Checks& checks, Handle memory, u64 bytes) {
    constexpr u64 kCount = 16;
    sdk::runtime::ProgramRing& ring = calls.ring();
    for (u64 index = 0; index < kCount; ++index) {
        ::abi::Submission entry =
            Calls::with(memory, memory_method(::abi::MemoryMethod::Copy),
                        ::abi::MemoryCopyArguments{.offset = 0, .source_offset = kPages / 2 * kPage, .bytes = bytes});
        entry.slots = 1;
        entry.slot[0] = lend(memory).word();
        ring.next() = entry;
        ring.add();
    }
    const u64 first = sdk::runtime::submit(kCount, 0);
    for (u64 consumed = first; consumed < kCount;) {
        consumed += sdk::runtime::submit(kCount, 0);
    }
    for (u64 index = 0; index < kCount; ++index) {
        calls.wait();
        const ::abi::Completion done = calls.take();
        checks.equal("copy", "one of many", done.status, static_cast<u16>(kGood));
    }
    return first;
}

/// A batch is a slice of bounded length, whatever its entries do.
void try_batches(Calls& calls, Checks& checks, Handle memory) {
    constexpr u64 kLarge = 16 << 10;
    const u64 large = first_batch(calls, checks, memory, kLarge);
    checks.that("a batch of large copies", "ends after a few", large >= 1 && large <= 3);
    checks.that("a batch of small copies", "has more of them", first_batch(calls, checks, memory, 8) > large);
}

/// So is an entry: who wants more calls again.
void try_slices(Calls& calls, Checks& checks) {
    constexpr u64 kBytes = 512 * kPage;
    const Handle memory = calls.create_memory(kBytes);
    for (const auto method : {::abi::MemoryMethod::Commit, ::abi::MemoryMethod::Discard}) {
        u64 rounds = 0;
        for (u64 done = 0; done < kBytes; ++rounds) {
            const Outcome outcome = on_range(calls, memory, method, done, kBytes - done);
            checks.equal("a large range", "is done in part", outcome.error, kGood);
            done += outcome.error == kGood ? outcome.answer<u64>() : kBytes;
        }
        checks.that("a large range", "is done in many slices", rounds >= 8);
    }
    calls.drop(memory);
}

} // namespace

void try_ranges(Calls& calls, Checks& checks) {
    const Handle memory = calls.create_memory(kPages * kPage);
    try_bad_ranges(calls, checks, memory);
    try_pages(calls, checks, memory);
    try_copies(calls, checks, memory);
    try_clones(calls, checks, memory);
    try_batches(calls, checks, memory);
    try_slices(calls, checks);
    calls.drop(memory);
}

} // namespace tests::abi
