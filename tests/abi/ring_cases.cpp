#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

constexpr u64 kFirstTag = 0x7000;

void add_null(Calls& calls, u64 tag, u16 flags = 0) {
    ::abi::Submission& entry = calls.ring().next();
    entry.capability = calls.root(ObjectKind::Debug).word();
    entry.method = static_cast<u16>(HandleMethod::Null);
    entry.flags = flags;
    entry.tag = tag;
    calls.ring().add();
}

/// Completions that are there, which are taken; each must be the next of a row of tags.
u32 take_row(Calls& calls, u64 first) {
    u32 count = 0;
    while (const ::abi::Completion* const done = calls.ring().front()) {
        count += done->tag == first + count && done->status == 0 ? 1 : 0;
        calls.ring().pop();
    }
    return count;
}

void try_batches(Calls& calls, Checks& checks) {
    const u32 most = calls.ring().submissions();
    for (u32 i = 0; i < most; ++i) {
        add_null(calls, kFirstTag + i);
    }
    checks.that("ring", "is full", !calls.ring().has_room());
    checks.equal("submit", "none", sdk::runtime::submit(0, 0), 0U);
    checks.equal("submit", "a few", sdk::runtime::submit(3, 0), 3U);
    // As many at once as make a slice.
    u64 consumed = 3;
    for (u64 more = 1; more != 0 && consumed < most; consumed += more) {
        more = sdk::runtime::submit(most, 0);
    }
    checks.equal("submit", "the rest", consumed, most);
    checks.equal("submit", "when there is none", sdk::runtime::submit(most, 0), 0U);
    checks.equal("submit", "all completions, in order", take_row(calls, kFirstTag), most);
}

void try_quiet(Calls& calls, Checks& checks) {
    constexpr auto kQuiet = static_cast<u16>(::abi::SubmissionFlag::Quiet);
    add_null(calls, 1, kQuiet);
    checks.equal("quiet", "is consumed", sdk::runtime::submit(1, 0), 1U);
    checks.that("quiet", "leaves nothing", calls.ring().front() == nullptr);
    ::abi::Submission& entry = calls.ring().next();
    entry.flags = kQuiet;
    entry.tag = 77;
    calls.ring().add();
    sdk::runtime::submit(1, 0);
    const ::abi::Completion* const failed = calls.ring().front();
    checks.that("quiet", "but failures",
                failed != nullptr && failed->tag == 77 && failed->status == static_cast<u16>(Error::BadHandle));
    if (failed != nullptr) {
        calls.ring().pop();
    }
}

/// Results that nobody reads hold the kernel back, not the other way round.
void try_unread(Calls& calls, Checks& checks) {
    u32 consumed = 0;
    for (u32 round = 0; round < 4; ++round) {
        for (u32 i = calls.ring().added(); i < calls.ring().submissions(); ++i) {
            add_null(calls, kFirstTag);
        }
        consumed += static_cast<u32>(sdk::runtime::submit(calls.ring().submissions(), 0));
    }
    constexpr u32 kWindow = 32;
    checks.equal("ring", "takes no more than it has places for", consumed, calls.ring().completions() - kWindow);
    u32 taken = 0;
    while (calls.ring().added() != 0 || calls.ring().front() != nullptr) {
        while (calls.ring().front() != nullptr) {
            calls.ring().pop();
            ++taken;
        }
        sdk::runtime::submit(calls.ring().submissions(), 0);
    }
    checks.equal("ring", "goes on when they are read", taken, consumed + calls.ring().submissions());
}

void try_deadline(Calls& calls, Checks& checks) {
    // Long past: nobody waits.
    checks.equal("submit", "with a deadline that passed", sdk::runtime::submit(0, 1, 1), 0U);
    // Nothing comes, and the clock goes on.
    constexpr u64 kSoon = 1'000;
    for (u64 after = kSoon; after < 2'000'000'000; after *= 2) {
        sdk::runtime::submit(0, 1, after);
    }
    checks.that("submit", "returns when its deadline passes", calls.ring().front() == nullptr);
}

} // namespace

void try_ring(Calls& calls, Checks& checks) {
    try_batches(calls, checks);
    try_quiet(calls, checks);
    try_unread(calls, checks);
    try_deadline(calls, checks);
}

} // namespace tests::abi
