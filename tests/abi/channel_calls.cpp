#include "tests/abi/channel_calls.hpp"

#include "sdk/runtime/kernel_call.hpp"

namespace tests::abi {

namespace {

void put_word(::abi::Submission& entry, u64 word) {
    const auto bytes = std::bit_cast<std::array<u8, sizeof(u64)>>(word);
    for (base::usize index = 0; index < bytes.size(); ++index) {
        entry.payload.at(index) = bytes.at(index);
    }
    entry.length = sizeof(u64);
}

} // namespace

ChannelCalls::ChannelCalls(Calls& calls, u64 tag) : calls_(calls) {
    const Outcome made =
        calls.call(calls.root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreateChannel));
    server = ::abi::SlotWord{made.completion.slot[0]}.handle();
    client = ::abi::SlotWord{made.completion.slot[1]}.handle();
    if (tag != 0) {
        attach(server, tag);
    }
}

Error ChannelCalls::attach(Handle end, u64 tag) {
    return calls_
        .call(calls_.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
              ::abi::AttachArguments{.tag = tag, .mask = 0, .flags = 0},
              {end, ::abi::kAllPermissions, ::abi::SlotMode::Lend})
        .error;
}

Error ChannelCalls::detach(Handle end) {
    ::abi::Submission entry =
        Calls::entry(calls_.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Detach));
    entry.slots = 1;
    entry.slot[0] = ::abi::SlotWord(end, ::abi::kAllPermissions, ::abi::SlotMode::Lend).word();
    return calls_.send(entry).error;
}

::abi::Submission ChannelCalls::call_entry(Handle client, u64 tag, u64 word) {
    ::abi::Submission entry = Calls::entry(client, kMethod);
    entry.tag = tag;
    put_word(entry, word);
    return entry;
}

::abi::Submission ChannelCalls::answer_entry(u64 token, u64 tag, u64 word) {
    ::abi::Submission entry = Calls::entry(Handle{token}, 0);
    entry.tag = tag;
    put_word(entry, word);
    return entry;
}

void ChannelCalls::submit(const ::abi::Submission& entry) {
    calls_.ring().next() = entry;
    calls_.ring().add();
    while (calls_.ring().added() != 0) {
        sdk::runtime::submit(calls_.ring().added(), 0);
    }
}

Error ChannelCalls::answer(u64 token, u64 word) {
    constexpr u64 kTag = 0xa125;
    ::abi::Submission entry = answer_entry(token, kTag, word);
    entry.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
    submit(entry);
    return calls_.has(kTag) ? calls_.take(kTag).error : kGood;
}

void ChannelCalls::drop() {
    calls_.drop(server);
    calls_.drop(client);
    while (calls_.has_completion()) {
        calls_.take();
    }
}

u64 word_of(const ::abi::Completion& completion) { return Outcome{kGood, completion}.answer<u64>(); }

} // namespace tests::abi
