// Waits for words: who is woken, in which order, and where the same word is seen elsewhere.
#include <array>

#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/process/word_calls.hpp"

namespace tests::abi {

namespace {

using ::abi::RequeueAddressArguments;
using ::abi::RequeueReport;

constexpr u64 kPage = 4096;
constexpr u64 kSoon = 10'000'000;
constexpr u64 kFar = u64{1} << 62;
constexpr u32 kAll = ~u32{0};
/// Words of the shared page.
constexpr u64 kWord = 200;
constexpr u64 kOtherWord = 204;
constexpr u32 kValue = 0x600d'0001;

/// What the cases have in common: a word of the shared page that holds kValue, and another.
struct Setting {
    explicit Setting(Children& with)
        : children(with), calls(with.calls()), own(calls, calls.root(ObjectKind::AddressSpace)),
          word(with.address(kWord)), other(with.address(kOtherWord)) {
        with.board(kWord) = kValue;
        with.board(kOtherWord) = kValue;
    }

    Children& children;
    Calls& calls;
    WordCalls own;
    u64 word;
    u64 other;
};

void try_comparing(Setting& with, Checks& checks) {
    Calls& calls = with.calls;
    checks.equal("wait_address", "for another value", calls.send(with.own.wait_entry(with.word, kValue + 1)).error,
                 Error::BadState);
    checks.equal("wait_address", "for the word behind it", calls.send(with.own.wait_entry(with.word + 4, kValue)).error,
                 Error::BadState);
    checks.equal("wake_address", "where nobody waits", with.own.wake(with.word, 1), 0U);
    const u64 waiting = with.own.post_wait(with.word, kValue);
    checks.that("wait_address", "for the value that is there", !calls.has(waiting));
    checks.equal("wake_address", "of the word behind it", with.own.wake(with.word + 4, kAll), 0U);
    checks.equal("wake_address", "of another word", with.own.wake(with.other, kAll), 0U);
    with.children.board(kWord) = 0;
    checks.that("a wait", "does not end by itself", !calls.has(waiting));
    checks.equal("wake_address", "of the word", with.own.wake(with.word, 1), 1U);
    const Outcome woken = calls.take(waiting);
    checks.equal("who was woken", "has a result", woken.error, kGood);
    checks.equal("who was woken", "has no answer", woken.completion.length, 0U);
    with.children.board(kWord) = kValue;
    const u64 upper = with.own.post_wait(with.word + 4, 0);
    checks.equal("wake_address", "of the upper half", with.own.wake(with.word + 4, 1), 1U);
    checks.equal("a wait", "for the upper half", calls.take(upper).error, kGood);
}

void try_order(Setting& with, Checks& checks) {
    Calls& calls = with.calls;
    std::array<u64, 5> tags{};
    for (u64& tag : tags) {
        tag = with.own.post_wait(with.word, kValue);
    }
    checks.equal("wake_address", "one of five", with.own.wake(with.word, 1), 1U);
    checks.that("wake_address", "wakes the first", calls.has(tags[0]) && !calls.has(tags[1]) && !calls.has(tags[4]));
    checks.equal("wake_address", "two more", with.own.wake(with.word, 2), 2U);
    checks.that("wake_address", "wakes the next", calls.has(tags[1]) && calls.has(tags[2]) && !calls.has(tags[3]));
    checks.equal("wake_address", "all others", with.own.wake(with.word, kAll), 2U);
    checks.equal("wake_address", "again", with.own.wake(with.word, kAll), 0U);
    for (const u64 tag : tags) {
        checks.equal("each of five", "is woken", calls.take(tag).error, kGood);
    }
    checks.that("each of five", "is woken once", !calls.has_completion());
}

void try_many(Setting& with, Checks& checks) {
    constexpr u32 kMany = 2 * ::abi::kMostWoken;
    std::array<u64, kMany> tags{};
    for (u64& tag : tags) {
        tag = with.own.post_wait(with.word, kValue);
    }
    checks.equal("wake_address", "as many as there may be", with.own.wake(with.word, kAll), u64{::abi::kMostWoken});
    const Outcome moved = with.own.requeue({.address = with.word,
                                            .target = with.other,
                                            .expected = kValue,
                                            .wake = 1,
                                            .move = kAll,
                                            .zero = 0,
                                            .owner = 0});
    checks.equal("requeue_address", "moves the others", moved.answer<RequeueReport>().moved,
                 u64{kMany - ::abi::kMostWoken - 1});
    checks.equal("wake_address", "them", with.own.wake(with.other, kMany), u64{kMany - ::abi::kMostWoken - 1});
    for (const u64 tag : tags) {
        checks.equal("each of many", "is woken", with.calls.take(tag).error, kGood);
    }
}

void try_requeue(Setting& with, Checks& checks) {
    Calls& calls = with.calls;
    RequeueAddressArguments arguments{.address = with.word,
                                      .target = with.other,
                                      .expected = kValue + 1,
                                      .wake = 1,
                                      .move = 2,
                                      .zero = 0,
                                      .owner = 0};
    std::array<u64, 5> tags{};
    for (u64& tag : tags) {
        tag = with.own.post_wait(with.word, kValue);
    }
    const u64 there = with.own.post_wait(with.other, kValue);
    checks.equal("requeue_address", "with another value", with.own.requeue(arguments).error, Error::BadState);
    checks.that("requeue_address", "with another value wakes nobody", !calls.has(tags[0]));
    arguments.expected = kValue;
    const auto report = with.own.requeue(arguments).answer<RequeueReport>();
    checks.equal("requeue_address", "woke", report.woken, 1U);
    checks.equal("requeue_address", "moved", report.moved, 2U);
    checks.that("requeue_address", "wakes the first", calls.has(tags[0]) && !calls.has(tags[1]));
    checks.equal("wake_address", "who was there before", with.own.wake(with.other, 1), 1U);
    checks.that("who was moved", "stands behind others", calls.has(there) && !calls.has(tags[1]));
    checks.equal("wake_address", "one that was moved", with.own.wake(with.other, 1), 1U);
    checks.that("who was moved", "keeps its order", calls.has(tags[1]) && !calls.has(tags[2]));
    checks.equal("wake_address", "who was not moved", with.own.wake(with.word, kAll), 2U);
    checks.that("who was not moved", "is woken", calls.has(tags[3]) && calls.has(tags[4]) && !calls.has(tags[2]));
    checks.equal("cancel", "one that was moved", calls.cancel(tags[2]), 1U);
    checks.equal("who was moved", "is cancelled", calls.take(tags[2]).error, Error::Cancelled);
    checks.equal("wake_address", "when nobody is left", with.own.wake(with.other, kAll), 0U);
    for (const u64 tag : {tags[0], tags[1], tags[3], tags[4], there}) {
        checks.equal("each", "has its result", calls.take(tag).error, kGood);
    }
    checks.equal("requeue_address", "nobody", with.own.requeue(arguments).answer<RequeueReport>().moved, 0U);
}

void try_giving_up(Setting& with, Checks& checks) {
    Calls& calls = with.calls;
    const u64 begin = calls.now();
    checks.equal("a wait for a word", "until soon",
                 calls.send(with.own.wait_entry(with.word, kValue, begin + kSoon)).error, Error::TimedOut);
    checks.that("a wait for a word", "until soon takes that long", calls.now() >= begin + kSoon);
    checks.equal("a wait for a word", "until long ago", calls.send(with.own.wait_entry(with.word, kValue, 1)).error,
                 Error::TimedOut);
    checks.equal("a wait for a word", "for another value, until long ago",
                 calls.send(with.own.wait_entry(with.word, 1, 1)).error, Error::BadState);
    const u64 first = with.own.post_wait(with.word, kValue, kFar);
    const u64 second = with.own.post_wait(with.word, kValue);
    // Long enough to be moved before, on a host that stands still now and then.
    const u64 third = with.own.post_wait(with.word, kValue, calls.now() + 20 * kSoon);
    checks.equal("cancel", "a wait for a word", calls.cancel(first), 1U);
    checks.equal("a wait for a word", "is cancelled", calls.take(first).error, Error::Cancelled);
    checks.equal("cancel", "it again", calls.cancel(first), 0U);
    checks.equal("requeue_address", "one that has a deadline", with.own.move_one(with.word, with.other, kValue), 1U);
    checks.equal("requeue_address", "another", with.own.move_one(with.word, with.other, kValue), 1U);
    checks.equal("one with a deadline", "is late where it was moved to", calls.take(third).error, Error::TimedOut);
    checks.equal("wake_address", "who is left", with.own.wake(with.other, kAll), 1U);
    checks.equal("who is left", "is woken", calls.take(second).error, kGood);
    checks.equal("cancel", "who was woken", calls.cancel(second), 0U);
    checks.equal("wake_address", "who gave up", with.own.wake(with.word, kAll), 0U);
    checks.that("waits that were given up", "have no second result", !calls.has_completion());
}

/// The same Memory at other addresses: of another process, and of this one.
void try_sharing(Setting& with, Checks& checks) {
    Calls& calls = with.calls;
    const Child child = with.children.create();
    WordCalls theirs(calls, child.space);
    const u64 there = Children::kBoard + 8 * kWord;
    checks.that("a word", "is elsewhere in another process", there != with.word);
    const u64 here = with.own.post_wait(with.word, kValue);
    checks.equal("wake_address", "by the address of another space", with.own.wake(there, kAll), ~u64{0});
    checks.equal("wake_address", "from another process", theirs.wake(there, 1), 1U);
    checks.equal("who waits", "is woken from another process", calls.take(here).error, kGood);
    const u64 over_there = theirs.post_wait(there, kValue);
    checks.equal("requeue_address", "from another process", with.own.move_one(with.word, with.other, kValue), 1U);
    checks.equal("wake_address", "who was moved", theirs.wake(there + with.other - with.word, 1), 1U);
    checks.equal("who waits over there", "is woken from here", calls.take(over_there).error, kGood);
    with.children.kill(child);
    with.children.wait(child);
    checks.equal("wake_address", "in a process that has ended", theirs.wake(there, 1), 0U);
    with.children.drop(child);
}

void try_copies(Setting& with, Checks& checks) {
    Calls& calls = with.calls;
    const Handle memory = calls.create_memory(2 * kPage);
    const u64 whole = with.own.map(memory, ::abi::kMapRead | ::abi::kMapWrite, 2).answer<u64>();
    const u64 second_page = with.own.map(memory, ::abi::kMapRead, 1, kPage).answer<u64>();
    const Handle copy = call_with_slot(calls, memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Clone),
                                       lend(calls.root(ObjectKind::Budget)))
                            .handle();
    const u64 copied = with.own.map(copy, ::abi::kMapRead | ::abi::kMapWrite, 2).answer<u64>();
    const u64 waiting = with.own.post_wait(second_page + 8, 0);
    checks.that("wait_address", "for what was never written, read-only", !calls.has(waiting));
    checks.equal("wake_address", "in a copy", with.own.wake(copied + kPage + 8, kAll), 0U);
    checks.equal("wake_address", "on another page", with.own.wake(whole + 8, kAll), 0U);
    with.own.unmap(second_page);
    calls.write_word(memory, kPage + 8, 7);
    checks.equal("wait_address", "for what was written since",
                 calls.send(with.own.wait_entry(whole + kPage + 8, 0)).error, Error::BadState);
    checks.equal("wake_address", "whose own address is gone", with.own.wake(whole + kPage + 8, kAll), 1U);
    checks.equal("who waits", "may have lost its address", calls.take(waiting).error, kGood);
    with.own.unmap(whole, 2);
    with.own.unmap(copied, 2);
    const u64 again = with.own.map(memory, ::abi::kMapRead).answer<u64>();
    const u64 left = with.own.post_wait(again, 0);
    with.own.unmap(again);
    calls.drop(memory);
    calls.drop(copy);
    checks.equal("cancel", "a wait whose Memory is gone", calls.cancel(left), 1U);
    checks.equal("a wait whose Memory is gone", "is cancelled", calls.take(left).error, Error::Cancelled);
}

/// Words that a pager must bring.
void try_pages(Setting& with, Checks& checks) {
    Calls& calls = with.calls;
    ChannelCalls channel(calls);
    const Handle paged =
        calls
            .call(calls.root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreatePagedMemory),
                  ::abi::CreatePagedMemoryArguments{.bytes = 2 * kPage, .flags = 0}, lend(channel.client))
            .handle();
    const Handle content = calls.create_memory(kPage);
    calls.write_word(content, 0, kValue);
    const u64 start = with.own.map(paged, ::abi::kMapRead, 2).answer<u64>();
    checks.equal("wake_address", "of a page that is not there", with.own.wake(start, 1), 0U);
    const u64 first = with.own.post_wait(start, kValue);
    calls.wait();
    const u64 token = channel.take().reply;
    calls.call(paged, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Supply),
               ::abi::SupplyArguments{.offset = 0, .source_offset = 0, .bytes = kPage, .flags = 0}, lend(content));
    channel.answer(token);
    checks.equal("wait_address", "when its page has come", calls.take(first).error, Error::Busy);
    const u64 second = with.own.post_wait(start, kValue);
    checks.that("wait_address", "when its page is there", !calls.has(second));
    checks.equal("requeue_address", "when its page is there", with.own.move_one(start, with.word, kValue), 1U);
    checks.equal("wake_address", "who was moved to another Memory", with.own.wake(with.word, 1), 1U);
    calls.take(second);
    const u64 cancelled = with.own.post_wait(start + kPage, 0);
    calls.wait();
    const u64 unanswered = channel.take().reply;
    checks.equal("cancel", "a wait for the page of a word", calls.cancel(cancelled), 1U);
    checks.equal("a wait for the page of a word", "is cancelled", calls.take(cancelled).error, Error::Cancelled);
    channel.answer(unanswered);
    with.own.unmap(start, 2);
    calls.drop(paged);
    calls.drop(content);
    channel.drop();
}

} // namespace

void try_address_waits(Calls& calls, Checks& checks) {
    Children children(calls);
    Setting setting(children);
    try_comparing(setting, checks);
    try_order(setting, checks);
    try_many(setting, checks);
    try_requeue(setting, checks);
    try_giving_up(setting, checks);
    try_sharing(setting, checks);
    try_copies(setting, checks);
    try_pages(setting, checks);
    children.end();
}

} // namespace tests::abi
