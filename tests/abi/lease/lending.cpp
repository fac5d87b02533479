#include "tests/abi/lease/lending.hpp"

#include <array>
#include <bit>

namespace tests::abi {

namespace {

void put_word(::abi::Submission& entry, base::usize at, u64 word) {
    const auto bytes = std::bit_cast<std::array<u8, sizeof(u64)>>(word);
    for (base::usize index = 0; index < bytes.size(); ++index) {
        entry.payload.at(at + index) = bytes.at(index);
    }
}

} // namespace

u64 word_in(const ::abi::Completion& completion, base::usize at) {
    std::array<u8, sizeof(u64)> bytes;
    for (base::usize index = 0; index < bytes.size(); ++index) {
        bytes.at(index) = completion.payload.at(at + index);
    }
    return std::bit_cast<u64>(bytes);
}

void add_lease(::abi::Submission& entry, Handle what, const Range& range, Permissions permissions) {
    const base::usize end = ::abi::kPayloadBytes - entry.slots * sizeof(::abi::LeaseRange);
    put_word(entry, end - 16, range.offset);
    put_word(entry, end - 8, packed(range));
    entry.slot.at(entry.slots++) = lend(what, permissions).word();
}

Outcome Lending::copy(u64 token, const ::abi::CopyLentArguments& wanted, Handle own) {
    auto arguments = wanted;
    arguments.token = token;
    return calls.call(calls.root(ObjectKind::Ring), kCopyLent, arguments, lend(own));
}

Outcome Lending::map(u64 token, Handle window, u64 page, u64 lease) {
    return calls.call(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::MapLent),
                      ::abi::MapLentArguments{.token = token, .lease = lease, .offset = page * kPage}, lend(window));
}

void Lending::send_range(const Range& range, Permissions permissions, u16 flags) {
    ::abi::Submission entry = ChannelCalls::call_entry(channel.client, ++tag);
    entry.flags = flags;
    add_lease(entry, theirs, range, permissions);
    channel.submit(entry);
}

::abi::Completion Lending::take() {
    calls.wait();
    return channel.take();
}

Error Lending::refused(Handle memory, const Range& range, Permissions permissions, u8 length) {
    ::abi::Submission entry = ChannelCalls::call_entry(channel.client, 7);
    entry.length = length;
    add_lease(entry, memory, range, permissions);
    channel.submit(entry);
    return static_cast<Error>(take().status);
}

Error Lending::on_pages(Handle memory, ::abi::MemoryMethod method, u64 page, u64 count) {
    return calls
        .call(memory, method_of(ObjectKind::Memory, method),
              ::abi::RangeArguments{.address = page * kPage, .bytes = count * kPage})
        .error;
}

Outcome Lending::clone(Handle memory) {
    ::abi::Submission entry = Calls::entry(memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Clone));
    entry.slots = 1;
    entry.slot[0] = lend(calls.root(ObjectKind::Budget)).word();
    return calls.send(entry);
}

Error Lending::answer(u64 token) {
    channel.answer(token);
    return static_cast<Error>(take().status);
}

void Lending::end() {
    channel.drop();
    calls.drop(theirs);
    calls.drop(ours);
}

} // namespace tests::abi
