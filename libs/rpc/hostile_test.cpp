// Clients that were patched, and servers that break their protocol.
#include "async/sleep.hpp"
#include "libs/rpc/desk_fixture.hpp"
#include "libs/rpc/raw_call.hpp"
#include "testing/test.hpp"

using namespace rpc;
using async::Error;
using async::Scope;
using async::Task;
using rpc::desk::Client;
using rpc::desk::Desk;
using rpc::desk::Fixture;
using rpc::desk::kCaller;
using rpc::desk::run_with_desk;

namespace {

constexpr u64 kReads = abi::kLeaseRead << abi::kLeaseAccessShift;
constexpr u64 kWrites = abi::kLeaseWrite << abi::kLeaseAccessShift;

/// A Task yields no Error by itself: that would be a mistake elsewhere.
struct Told {
    Error error;

    friend bool operator==(Told told, Error other) { return told.error == other; }
};

/// A method, and `length` bytes of which the first `ones` are 1.
Message message_of(u16 ordinal, u8 length, usize ones = 64) {
    Message message;
    message.method = static_cast<u16>(kFirstMethod + ordinal);
    message.length = length;
    std::ranges::fill(std::span(message.payload).first(std::min<usize>(length, ones)), std::byte{1});
    return message;
}

Message with_slot(Message message, abi::Handle handle, abi::Permissions permissions, abi::SlotMode mode) {
    message.slot.at(message.slots++) = abi::SlotWord(handle, permissions, mode).word();
    return message;
}

/// 8 bytes from the start of the Memory, whose handle a lent range has told.
Message with_lease(Message message, abi::Handle memory, u64 access) {
    const abi::LeaseRange range{.offset = 0, .length_and_access = 8 | access};
    const auto place = std::span(message.payload).subspan(48U - 16U * message.slots);
    std::ranges::copy(std::bit_cast<std::array<std::byte, 16>>(range), place.begin());
    return with_slot(message, memory, abi::kRead | abi::kWrite, abi::SlotMode::Lend);
}

Task<Told> sent(const Client* desk, Message message) {
    const auto result = co_await RawCall(desk->handle(), message).result();
    co_return {.error = result ? Error() : result.error()};
}

Task<abi::Handle> memory_handle(Fixture* all) {
    const auto place = co_await Transport::place_of(all->loopback.allocate(8));
    co_return place.memory;
}

Task<> count_refused(const Client* desk, usize* refused) {
    Message request = message_of(0x11, 8);
    request.payload.fill(std::byte{0xff});
    const auto result = co_await RawCall(desk->handle(), request).result();
    *refused += !result && result.error() == abi::Error::Busy ? 1 : 0;
}

} // namespace

TEST(Hostile, LengthsAndOrdinals) {
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        EXPECT_EQ(co_await sent(&desk, message_of(0x02, 0)), Error(abi::Error::UnknownMethod));
        EXPECT_EQ(co_await sent(&desk, message_of(0x17, 8)), Error(abi::Error::UnknownMethod));
        EXPECT_EQ(co_await sent(&desk, message_of(0x7fff, 8)), Error(abi::Error::UnknownMethod));
        EXPECT_EQ(co_await sent(&desk, message_of(0x10, 7)), Error(abi::Error::InvalidArgument));
        EXPECT_EQ(co_await sent(&desk, message_of(0x10, 0)), Error(abi::Error::InvalidArgument));
        EXPECT_EQ(co_await sent(&desk, message_of(0x10, 9)), Error(abi::Error::Unsupported));
        EXPECT_EQ(co_await sent(&desk, message_of(0x10, 64)), Error(abi::Error::Unsupported));
        EXPECT_EQ(all->session.sum(), 0U);
        EXPECT_EQ(co_await sent(&desk, message_of(0x10, 64, 1)), Error());
        EXPECT_EQ(all->session.sum(), 1U);
        co_await desk.call(Common::Ping{});
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Hostile, MinorsAppendFields) {
    const auto body = [](Scope, Fixture*, Client desk) -> Task<> {
        // An older client, one from between that never was, and a newer one.
        const Message old = co_await RawCall(desk.handle(), message_of(0x14, 8));
        EXPECT_EQ(decode<Desk::Grown::Reply>(old).old_number, 0x0101'0101'0101'0101U);
        EXPECT_EQ(decode<Desk::Grown::Reply>(old).new_number, 0U);
        EXPECT_EQ(co_await sent(&desk, message_of(0x14, 7)), Error(abi::Error::InvalidArgument));
        EXPECT_EQ(co_await sent(&desk, message_of(0x14, 24, 16)), Error());
        EXPECT_EQ(co_await sent(&desk, message_of(0x14, 24, 17)), Error(abi::Error::Unsupported));
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Hostile, Capabilities) {
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        const Message plain = message_of(0x13, 8, 4);
        const abi::Handle memory = co_await memory_handle(all);
        const usize before = all->loopback.capabilities();
        const auto derive = [&](abi::Handle of, abi::Permissions with) {
            return with_slot(plain, of, with, abi::SlotMode::Derive);
        };
        EXPECT_EQ(co_await sent(&desk, plain), Error(abi::Error::InvalidArgument));
        EXPECT_EQ(co_await sent(&desk, derive(memory, abi::kRead)), Error(abi::Error::WrongType));
        EXPECT_EQ(co_await sent(&desk, derive(desk.handle(), abi::kWrite)), Error(abi::Error::AccessDenied));
        EXPECT_EQ(co_await sent(&desk, with_lease(plain, memory, kReads)), Error(abi::Error::WrongType));
        const Message two = with_slot(derive(memory, abi::kRead), memory, abi::kRead, abi::SlotMode::Derive);
        EXPECT_EQ(co_await sent(&desk, two), Error(abi::Error::InvalidArgument));
        Message reserved = derive(desk.handle(), abi::kRead);
        reserved.payload[7] = std::byte{1};
        EXPECT_EQ(co_await sent(&desk, reserved), Error(abi::Error::Unsupported));
        // Also of a method that takes none, and of no method at all.
        const Message add = with_slot(message_of(0x10, 8), memory, abi::kRead, abi::SlotMode::Derive);
        EXPECT_EQ(co_await sent(&desk, add), Error(abi::Error::InvalidArgument));
        const Message unknown = with_slot(message_of(0x50, 8), memory, abi::kRead, abi::SlotMode::Derive);
        EXPECT_EQ(co_await sent(&desk, unknown), Error(abi::Error::UnknownMethod));
        EXPECT_EQ(all->loopback.capabilities(), before) << "what came with a refused request was given back";
        EXPECT_FALSE(all->session.given().has_value());
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Hostile, Leases) {
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        const abi::Handle memory = co_await memory_handle(all);
        const Message plain = message_of(0x15, 0);
        EXPECT_EQ(co_await sent(&desk, plain), Error(abi::Error::InvalidArgument));
        const Message one = with_lease(plain, memory, kReads);
        EXPECT_EQ(co_await sent(&desk, one), Error(abi::Error::InvalidArgument));
        EXPECT_EQ(co_await sent(&desk, with_lease(one, memory, kReads)), Error(abi::Error::AccessDenied));
        EXPECT_EQ(co_await sent(&desk, with_lease(with_lease(plain, memory, kWrites), memory, kWrites)),
                  Error(abi::Error::AccessDenied));
        EXPECT_EQ(co_await sent(&desk, with_lease(one, memory, kWrites)), Error());
        Message overlapping = with_lease(one, memory, kWrites);
        overlapping.length = 33;
        EXPECT_EQ(co_await sent(&desk, overlapping), Error(abi::Error::InvalidArgument));
        EXPECT_EQ(all->session.reversals(), 1U) << "of a refused request no method runs";
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Hostile, Texts) {
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        const abi::Handle memory = co_await memory_handle(all);
        Message word = message_of(0x16, 32, 0);
        EXPECT_EQ(co_await sent(&desk, word), Error());
        word.payload[0] = std::byte{32}; // longer than there is room
        EXPECT_EQ(co_await sent(&desk, word), Error(abi::Error::InvalidArgument));
        word.payload[0] = std::byte{255}; // lent, and is not
        EXPECT_EQ(co_await sent(&desk, word), Error(abi::Error::InvalidArgument));
        EXPECT_EQ(co_await sent(&desk, with_lease(word, memory, kReads)), Error());
        EXPECT_EQ(co_await sent(&desk, with_lease(word, memory, kWrites)), Error(abi::Error::AccessDenied));
        word.payload[9] = std::byte{1}; // an address, it may be
        EXPECT_EQ(co_await sent(&desk, with_lease(word, memory, kReads)), Error(abi::Error::InvalidArgument));
        word = message_of(0x16, 32, 0);
        EXPECT_EQ(co_await sent(&desk, with_lease(word, memory, kReads)), Error(abi::Error::InvalidArgument));
        word.payload[5] = std::byte{1}; // behind the text
        EXPECT_EQ(co_await sent(&desk, word), Error(abi::Error::InvalidArgument));
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

namespace {

/// Answers the next call with `answer`, whatever was asked.
Task<> answer_once(const Capability<ServerEnd, abi::kAllPermissions>* end, Message answer) {
    Receiver receiver;
    co_await AttachCall(end->handle(), receiver);
    Incoming incoming;
    co_await receiver.next(incoming);
    drop_slots(incoming.message);
    Transport::answer(incoming.token, answer);
}

/// What a client makes of such an answer to Desk::Grown, or to Desk::Exchange.
Task<Told> told(Scope scope, Fixture* all, Message answer, bool exchanges) {
    auto [server, client] = all->loopback.make_channel<Desk, kCaller>();
    co_await scope.spawn(answer_once(&server, answer));
    Error error;
    if (exchanges) {
        const auto result = co_await client.call(Desk::Exchange{}, client.as<kCaller>()).result();
        error = result ? Error() : result.error();
    } else {
        const auto result = co_await client.call(Desk::Grown{}).result();
        error = result ? Error() : result.error();
    }
    co_return {.error = error};
}

Message answer_of(u8 length, u16 status = 0) {
    Message answer = message_of(0, length);
    answer.method = status;
    return answer;
}

} // namespace

TEST(Hostile, Answers) {
    const auto body = [](Scope scope, Fixture* all, Client desk) -> Task<> {
        const abi::Handle memory = co_await memory_handle(all);
        const usize before = all->loopback.capabilities();
        EXPECT_EQ(co_await told(scope, all, answer_of(16), false), Error());
        EXPECT_EQ(co_await told(scope, all, answer_of(8), false), Error());
        EXPECT_EQ(co_await told(scope, all, answer_of(7), false), Error(abi::Error::Corrupt));
        EXPECT_EQ(co_await told(scope, all, answer_of(17), false), Error(abi::Error::Corrupt));
        EXPECT_EQ(co_await told(scope, all, answer_of(0, 255), false), Error(Error::kAbi, 255));
        EXPECT_EQ(co_await told(scope, all, answer_of(0, 256), false), failure<Desk>(Desk::Failure::Full));
        EXPECT_EQ(co_await told(scope, all, answer_of(8), true), Error(abi::Error::Corrupt));
        const Message wrong = with_slot(answer_of(8), memory, abi::kRead, abi::SlotMode::Derive);
        EXPECT_EQ(co_await told(scope, all, wrong, true), Error(abi::Error::Corrupt));
        EXPECT_EQ(co_await told(scope, all, wrong, false), Error(abi::Error::Corrupt));
        EXPECT_EQ(all->loopback.capabilities(), before);
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

// Whose caller does not even have itself forgotten.
TEST(Hostile, AClientFillsNoMemoryWithCallsThatWait) {
    const auto body = [](Scope scope, Fixture*, Client desk) -> Task<> {
        usize refused = 0;
        const auto given_up = co_await async::scope(
                                  [](Scope many, const Client* own, usize* count) -> Task<> {
                                      for (usize i = 0; i < kMostWaiting + 5; ++i) {
                                          co_await many.spawn(count_refused(own, count));
                                      }
                                      co_await async::sleep_for(base::Nanoseconds{1'000'000});
                                      many.cancel();
                                  },
                                  &desk, &refused)
                                  .result();
        EXPECT_TRUE(given_up);
        EXPECT_EQ(refused, 5U);
        static_cast<void>(scope);
    };
    EXPECT_EQ(run_with_desk(body), Error());
}
