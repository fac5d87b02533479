// Entries that follow each other: begun one after the other, ended together.
#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/own_thread.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

constexpr u64 kTag = 0xc4a0;
constexpr u64 kSoon = 10'000'000;
constexpr u16 kChained = static_cast<u16>(::abi::SubmissionFlag::Chained);
constexpr u16 kQuiet = static_cast<u16>(::abi::SubmissionFlag::Quiet);

/// One chain at a time: its entries have the tags kTag, kTag + 1 and so on.
class Chain {
  public:
    explicit Chain(Calls& calls) : calls_(calls) {}

    Chain& add(::abi::Submission entry, u16 flags = 0) {
        entry.tag = kTag + count_++;
        entry.flags |= static_cast<u16>(flags | kChained);
        last_ = &calls_.ring().next();
        *last_ = entry;
        calls_.ring().add();
        return *this;
    }

    Chain& null(Handle handle, u16 flags = 0) {
        return add(Calls::entry(handle, static_cast<u16>(HandleMethod::Null)), flags);
    }

    /// Has the kernel take all of it, whose last entry has none behind it, unless it `is_open`. Answers how many it
    /// took.
    u64 submit(bool is_open = false) {
        if (!is_open) {
            last_->flags &= static_cast<u16>(~kChained);
        }
        return sdk::runtime::submit(count_, 0);
    }

    bool has(u64 index) { return calls_.has(kTag + index); }

    Error error(u64 index) { return calls_.take(kTag + index).error; }

    /// How many of those from `first` to `end` came to `error`; waits for them.
    u64 count(u64 first, u64 end, Error error) {
        u64 count = 0;
        for (u64 index = first; index < end; ++index) {
            count += this->error(index) == error ? 1 : 0;
        }
        return count;
    }

  private:
    Calls& calls_;
    u64 count_ = 0;
    ::abi::Submission* last_ = nullptr;
};

/// What chains are made of here.
struct Parts {
    explicit Parts(Calls& the_calls)
        : calls(the_calls), channel(the_calls), event(the_calls.create(::abi::BudgetMethod::CreateEvent)),
          good(the_calls.root(ObjectKind::Debug)) {}

    [[nodiscard]] ::abi::Submission signal(u64 bits) const {
        return Calls::with(event, method_of(ObjectKind::Event, ::abi::EventMethod::Signal), bits);
    }

    [[nodiscard]] u64 bits() const {
        return calls.call(event, method_of(ObjectKind::Event, ::abi::EventMethod::Bits)).answer<u64>();
    }

    void clear() const { calls.call(event, method_of(ObjectKind::Event, ::abi::EventMethod::Clear), ~u64{0}); }

    [[nodiscard]] ::abi::Submission call(u64 deadline = 0) const {
        ::abi::Submission entry = ChannelCalls::call_entry(channel.client, 0);
        entry.deadline = deadline;
        return entry;
    }

    u64 token() { return channel.take().reply; }

    void drop() {
        calls.drop(event);
        channel.drop();
    }

    Calls& calls;
    ChannelCalls channel;
    Handle event;
    Handle good;
};

void try_at_once(Parts& parts, Checks& checks) {
    Chain good(parts.calls);
    good.null(parts.good).add(parts.signal(1)).null(parts.good);
    checks.equal("a chain", "is taken", good.submit(), 3U);
    checks.equal("a chain", "of good ones", good.count(0, 3, kGood), 3U);
    checks.equal("a chain", "does what it says", parts.bits(), 1U);
    Chain bad(parts.calls);
    bad.add(parts.signal(2)).null(Handle{}).add(parts.signal(4)).null(parts.good);
    bad.submit();
    checks.equal("a chain", "before one that fails", bad.error(0), kGood);
    checks.equal("a chain", "one that fails", bad.error(1), Error::BadHandle);
    checks.equal("a chain", "behind it", bad.count(2, 4, Error::Cancelled), 2U);
    checks.equal("a chain", "does nothing behind it", parts.bits(), 3U);
    parts.clear();
    Chain quiet(parts.calls);
    quiet.null(parts.good, kQuiet).null(parts.good, kQuiet).null(Handle{}, kQuiet).null(parts.good, kQuiet);
    quiet.submit();
    checks.that("a quiet chain", "successes leave nothing", !quiet.has(0) && !quiet.has(1));
    checks.equal("a quiet chain", "failures do", quiet.error(2), Error::BadHandle);
    checks.equal("a quiet chain", "what is cancelled does", quiet.error(3), Error::Cancelled);
    Chain longest(parts.calls);
    for (base::usize index = 0; index < ::abi::kLongestChain; ++index) {
        longest.null(parts.good);
    }
    longest.submit();
    checks.equal("the longest chain", "succeeds", longest.count(0, ::abi::kLongestChain, kGood), ::abi::kLongestChain);
}

void try_refused(Parts& parts, Checks& checks) {
    Chain open(parts.calls);
    open.add(parts.signal(1)).add(parts.signal(2));
    checks.equal("a chain without an end", "is taken", open.submit(true), 2U);
    checks.equal("a chain without an end", "is refused", open.count(0, 2, Error::InvalidArgument), 2U);
    Chain too_long(parts.calls);
    for (base::usize index = 0; index <= ::abi::kLongestChain; ++index) {
        too_long.add(parts.signal(u64{1} << index));
    }
    too_long.submit();
    checks.equal("a chain that is too long", "is refused",
                 too_long.count(0, ::abi::kLongestChain, Error::InvalidArgument), ::abi::kLongestChain);
    checks.equal("a chain that is too long", "what it has too much", too_long.error(::abi::kLongestChain), kGood);
    checks.equal("refused chains", "do nothing", parts.bits(), u64{1} << ::abi::kLongestChain);
    parts.clear();
    Chain malformed(parts.calls);
    malformed.null(parts.good, 1 << 9).null(parts.good);
    malformed.submit();
    checks.equal("a chain", "with an unknown flag", malformed.error(0), Error::InvalidArgument);
    checks.equal("a chain", "behind an unknown flag", malformed.error(1), Error::Cancelled);
}

void try_waiting_entry(Parts& parts, Checks& checks) {
    Chain chain(parts.calls);
    const Handle child = parts.calls.derive(parts.good, ::abi::kAllPermissions);
    chain.add(parts.call()).add(parts.signal(1)).null(child).add(parts.signal(2));
    chain.submit();
    parts.calls.drop(child);
    checks.that("a chain that waits", "begins no more", !chain.has(0) && parts.bits() == 0);
    parts.channel.answer(parts.token());
    checks.equal("a chain that waits", "is answered", chain.error(0), kGood);
    checks.equal("a chain that waits", "goes on", chain.error(1), kGood);
    checks.equal("a chain that waits", "finds what there is then", chain.error(2), Error::BadHandle);
    checks.equal("a chain that waits", "ends", chain.error(3), Error::Cancelled);
    checks.equal("a chain that waits", "has done half of it", parts.bits(), 1U);
    parts.clear();
    Chain refused(parts.calls);
    refused.add(parts.call()).add(parts.signal(1));
    refused.submit();
    ::abi::Submission entry = ChannelCalls::answer_entry(parts.token(), 1);
    entry.method = 300;
    parts.channel.submit(entry);
    checks.equal("a chain", "whose server says no", static_cast<u64>(refused.error(0)), 300U);
    checks.equal("a chain", "is over then", refused.error(1), Error::Cancelled);
    checks.equal("a chain", "whose server says no, does no more", parts.bits(), 0U);
    parts.calls.take(1);
    Chain twice(parts.calls);
    twice.add(parts.call()).add(parts.call()).add(parts.signal(1));
    twice.submit();
    parts.channel.answer(parts.token());
    twice.error(0);
    const u64 second = parts.token();
    checks.that("a chain", "that waits again", second != 0 && !twice.has(1) && parts.bits() == 0);
    parts.channel.answer(second);
    checks.equal("a chain", "that waited twice", twice.count(1, 3, kGood), 2U);
    parts.clear();
}

void try_given_up(Parts& parts, Checks& checks) {
    Chain later(parts.calls);
    later.add(parts.call()).add(parts.signal(1)).add(parts.signal(2)).add(parts.signal(4));
    later.submit();
    const u64 token = parts.token();
    checks.equal("cancel", "what has not begun", parts.calls.cancel(kTag + 2), 1U);
    checks.equal("cancelled in a chain", "it and what follows", later.count(2, 4, Error::Cancelled), 2U);
    checks.equal("cancel", "it again", parts.calls.cancel(kTag + 2), 0U);
    parts.channel.answer(token);
    checks.equal("cancelled in a chain", "what is before it stays", later.count(0, 2, kGood), 2U);
    checks.equal("cancelled in a chain", "is not done", parts.bits(), 1U);
    parts.clear();
    Chain first(parts.calls);
    first.add(parts.call()).add(parts.signal(1));
    first.submit();
    const u64 stale = parts.token();
    checks.equal("cancel", "what has begun", parts.calls.cancel(kTag), 1U);
    checks.equal("cancelled in a chain", "the rest too", first.count(0, 2, Error::Cancelled), 2U);
    checks.equal("cancelled in a chain", "its token", parts.channel.answer(stale), Error::BadHandle);
    Chain late(parts.calls);
    late.add(parts.call(parts.calls.now() + kSoon)).add(parts.signal(1));
    late.submit();
    checks.equal("a chain", "that is late", late.error(0), Error::TimedOut);
    checks.equal("a chain", "behind what is late", late.error(1), Error::Cancelled);
    parts.token();
    Chain own(parts.calls);
    own.add(Calls::with(parts.calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Cancel),
                        kTag + 1))
        .add(parts.signal(1));
    own.submit();
    checks.equal("a chain", "that cancels itself", own.error(0), kGood);
    checks.equal("a chain", "that cancelled itself", own.error(1), Error::Cancelled);
    checks.equal("chains that were given up", "do nothing", parts.bits(), 0U);
}

/// What is done in slices is over before the next begins.
void try_slices(Parts& parts, Checks& checks) {
    const Handle memory = parts.calls.create_memory(4096);
    const Handle child = parts.calls.derive(memory, ::abi::kAllPermissions);
    Chain chain(parts.calls);
    chain.add(Calls::entry(memory, static_cast<u16>(HandleMethod::Revoke))).null(memory).null(child).null(memory);
    chain.submit();
    checks.equal("a chain", "with a revoke", chain.count(0, 2, kGood), 2U);
    checks.equal("a chain", "behind a revoke", chain.error(2), Error::BadHandle);
    checks.equal("a chain", "is over", chain.error(3), Error::Cancelled);
    parts.calls.drop(child);
    parts.calls.drop(memory);
}

void try_repayment(Parts& parts, Checks& checks) {
    constexpr u32 kMany = 100;
    const auto make_many = [&] {
        for (u32 round = 0; round < kMany; ++round) {
            Chain chain(parts.calls);
            chain.add(parts.call()).null(parts.good).null(round % 3 == 0 ? Handle{} : parts.good).null(parts.good);
            chain.submit();
            const u64 token = parts.token();
            if (round % 2 == 0) {
                parts.channel.answer(token);
            } else {
                parts.calls.cancel(kTag);
            }
            chain.count(0, 4, kGood);
        }
    };
    make_many();
    const ::abi::BudgetUsage before = settled_usage(parts.calls);
    make_many();
    checks.equal("chains", "are paid back", usage_after(parts.calls, before).memory_bytes, before.memory_bytes);
    checks.that("chains", "leave nothing behind", !parts.calls.has_completion());
}

/// What the thread with a small ring found.
struct Found {
    std::array<u64, 3> taken{};
    std::array<u64, 3> refused{};
    u64 event;
};

constexpr OwnThread::RingShape kSmall{.submissions = 8, .completions = 4, .window = 1};
constexpr u32 kPlaces = 3;

u64 submit_nulls(sdk::runtime::ProgramRing& ring, u32 count) {
    for (u32 index = 0; index < count; ++index) {
        ::abi::Submission& entry = ring.next();
        entry = Calls::entry(Handle{}, static_cast<u16>(HandleMethod::Null));
        entry.flags = index + 1 < count ? kChained : u16{0};
        ring.add();
    }
    return sdk::runtime::submit(count, 1);
}

/// Completions with InvalidArgument among those that are there, which it takes.
u64 take_refused(sdk::runtime::ProgramRing& ring) {
    u64 count = 0;
    for (; ring.front() != nullptr; ring.pop()) {
        count += ring.front()->status == static_cast<u16>(Error::InvalidArgument) ? 1 : 0;
    }
    return count;
}

/// A chain of as many entries as its results have places; one while they are taken; one that never fits.
[[noreturn]] void use_small_ring(::abi::RingHeader* header, u64 found_at) {
    Found& found = *std::bit_cast<Found*>(found_at);
    sdk::runtime::ProgramRing ring = OwnThread::ring_at(*header, kSmall);
    found.taken[0] = submit_nulls(ring, kPlaces);
    found.taken[1] = submit_nulls(ring, 2);
    found.refused[0] = take_refused(ring);
    found.taken[1] = found.taken[1] * 16 + sdk::runtime::submit(2, 1);
    found.refused[1] = take_refused(ring);
    found.taken[2] = submit_nulls(ring, kPlaces + 1);
    found.refused[2] = take_refused(ring);
    ::abi::Submission& entry = ring.next();
    entry = Calls::with(Handle{found.event}, method_of(ObjectKind::Event, ::abi::EventMethod::Signal), u64{1});
    ring.add();
    for (;;) {
        sdk::runtime::submit(2, 4);
    }
}

void try_places(Parts& parts, Checks& checks) {
    constexpr u64 kHeard = 0x4ea2;
    Found found{.event = parts.event.word()};
    parts.calls.call(parts.calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
                     ::abi::AttachArguments{.tag = kHeard, .mask = 1, .flags = ::abi::kClearTold}, lend(parts.event));
    OwnThread thread(parts.calls, kSmall);
    thread.start(use_small_ring, std::bit_cast<u64>(&found));
    parts.calls.wait();
    parts.channel.take();
    thread.end();
    checks.equal("a chain", "that just fits is taken", found.taken[0], u64{kPlaces});
    checks.equal("a chain", "waits until there are places, as a whole", found.taken[1], 0x02U);
    checks.equal("a chain", "that fits is not refused", found.refused[0] + found.refused[1], 0U);
    checks.equal("a chain", "that never fits is refused", found.refused[2], u64{kPlaces});
}

} // namespace

void try_chains(Calls& calls, Checks& checks) {
    Parts parts(calls);
    try_at_once(parts, checks);
    try_refused(parts, checks);
    try_waiting_entry(parts, checks);
    try_given_up(parts, checks);
    try_slices(parts, checks);
    try_repayment(parts, checks);
    try_places(parts, checks);
    parts.drop();
}

} // namespace tests::abi
