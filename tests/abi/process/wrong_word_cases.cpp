// What is wrong in a wait for a word, a wake or a requeue.
#include <array>

#include "tests/abi/cases.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/process/word_calls.hpp"

namespace tests::abi {

namespace {

using ::abi::RequeueAddressArguments;

constexpr u64 kPage = 4096;
constexpr u64 kWord = 208;

/// All three methods with `address`, each right in all else.
void expect_all(WordCalls& words, Calls& calls, Checks& checks, std::string_view what, u64 address, u64 good,
                Error error) {
    checks.equal("wait_address", what, calls.send(words.wait_entry(address, 0)).error, error);
    checks.equal("wake_address", what, words.wake_outcome(address, 1).error, error);
    RequeueAddressArguments arguments{
        .address = address, .target = good, .expected = 0, .wake = 1, .move = 1, .zero = 0, .owner = 0};
    checks.equal("requeue_address", what, words.requeue(arguments).error, error);
    arguments.address = good;
    arguments.target = address;
    checks.equal("requeue_address to an address", what, words.requeue(arguments).error, error);
}

void try_addresses(WordCalls& words, Calls& calls, Checks& checks, u64 good) {
    for (const u64 more : {u64{1}, u64{2}, u64{3}}) {
        expect_all(words, calls, checks, "between words", good + more, good, Error::InvalidArgument);
    }
    constexpr std::array<u64, 8> kOutside{0,
                                          4,
                                          0xfffc,
                                          0x7fff'ffff'f000,
                                          0x8000'0000'0000,
                                          0x8000'0010'0000,
                                          0xffff'8000'0000'0000,
                                          0xffff'ffff'ffff'fffc};
    for (const u64 address : kOutside) {
        expect_all(words, calls, checks, "where no program can be", address, good, Error::InvalidArgument);
    }
    expect_all(words, calls, checks, "where nothing is mapped", 0x1'0000, good, Error::NotFound);
    expect_all(words, calls, checks, "at the last address", 0x7fff'ffff'effc, good, Error::NotFound);
}

void try_what_is_mapped(WordCalls& words, Calls& calls, Checks& checks, u64 good) {
    const u64 device = words.map(calls.root(ObjectKind::DeviceMemory), ::abi::kMapRead).answer<u64>();
    expect_all(words, calls, checks, "of a device", device, good, Error::Unsupported);
    words.unmap(device);
    const Handle memory = calls.create_memory(2 * kPage);
    const u64 start = words.map(memory, ::abi::kMapRead).answer<u64>();
    calls.call(memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Resize), u64{0});
    checks.equal("wait_address", "behind the end of its Memory", calls.send(words.wait_entry(start, 0)).error,
                 Error::OutOfRange);
    checks.equal(
        "requeue_address", "behind the end of its Memory",
        words.requeue({.address = start, .target = good, .expected = 0, .wake = 1, .move = 1, .zero = 0, .owner = 0})
            .error,
        Error::OutOfRange);
    words.unmap(start);
    calls.drop(memory);
}

void try_numbers(WordCalls& words, Calls& calls, Checks& checks, u64 good) {
    ::abi::Submission entry = words.wait_entry(good, 0);
    // Behind address and value.
    entry.payload.at(12) = 1;
    checks.equal("wait_address", "with something where zero must be", calls.send(entry).error, Error::InvalidArgument);
    checks.equal("wake_address", "with a flag that there is not", words.wake_outcome(good, 1, 2).error,
                 Error::InvalidArgument);
    checks.equal("wake_address", "nobody", words.wake_outcome(good, 0).error, Error::InvalidArgument);
    const RequeueAddressArguments right{
        .address = good, .target = good + 4, .expected = 0, .wake = 1, .move = 1, .zero = 0, .owner = 0};
    checks.equal("requeue_address", "all right", words.requeue(right).error, kGood);
    RequeueAddressArguments wrong = right;
    wrong.zero = 1;
    checks.equal("requeue_address", "with something where zero must be", words.requeue(wrong).error,
                 Error::InvalidArgument);
    wrong = right;
    wrong.target = good;
    checks.equal("requeue_address", "to the same address", words.requeue(wrong).error, Error::InvalidArgument);
    wrong = right;
    wrong.wake = 0;
    checks.equal("requeue_address", "waking nobody", words.requeue(wrong).error, kGood);
    wrong.move = 0;
    checks.equal("requeue_address", "waking and moving nobody", words.requeue(wrong).error, Error::InvalidArgument);
}

void try_same_word(WordCalls& words, Calls& calls, Checks& checks) {
    const Handle memory = calls.create_memory(kPage);
    const u64 one = words.map(memory, ::abi::kMapRead).answer<u64>();
    const u64 other = words.map(memory, ::abi::kMapRead).answer<u64>();
    RequeueAddressArguments arguments{
        .address = one + 8, .target = other + 8, .expected = 0, .wake = 1, .move = 1, .zero = 0, .owner = 0};
    checks.equal("requeue_address", "to the same word elsewhere", words.requeue(arguments).error,
                 Error::InvalidArgument);
    arguments.target += 4;
    checks.equal("requeue_address", "to another word elsewhere", words.requeue(arguments).error, kGood);
    words.unmap(one);
    words.unmap(other);
    calls.drop(memory);
}

} // namespace

void try_wrong_words(Calls& calls, Checks& checks) {
    Children children(calls);
    WordCalls words(calls, calls.root(ObjectKind::AddressSpace));
    const u64 good = children.address(kWord);
    children.board(kWord) = 0;
    try_addresses(words, calls, checks, good);
    try_what_is_mapped(words, calls, checks, good);
    try_numbers(words, calls, checks, good);
    try_same_word(words, calls, checks);
    checks.that("what was wrong", "waits for nothing", !calls.has_completion());
    children.end();
}

} // namespace tests::abi
