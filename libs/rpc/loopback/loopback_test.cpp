#include "libs/rpc/loopback/loopback.hpp"

#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "libs/rpc/desk_fixture.hpp"
#include "testing/test.hpp"

using namespace rpc;
using namespace base::literals;
using async::Error;
using async::Scope;
using async::Task;
using rpc::desk::Client;
using rpc::desk::Desk;
using rpc::desk::kCaller;
using rpc::loopback::Loopback;

namespace {

/// Gives an end away, and lends something.
struct Gift {
    static constexpr ProtocolId id{"tessera.test.gift", 1, 0};

    struct Give {
        static constexpr Spec spec{.ordinal = 0x10, .needs = abi::kRead};
        using Slots = Gives<Moved<ServerEnd, abi::kRead>>;
        using Leases = Lends<In>;

        struct Reply {};
    };

    struct Throw {
        static constexpr Spec spec{.ordinal = 0x11, .needs = abi::kRead, .one_way = true};
        using Slots = Gives<Moved<ServerEnd, abi::kRead>>;
    };

    using Methods = List<Give, Throw>;
};

template <class A>
Error error_of(const async::Result<A>& result) {
    return result ? Error() : result.error();
}

Task<> ping(Borrowed<Desk, abi::kRead> desk) { co_await desk.call(Common::Ping{}); }

/// The error as a number: as an error it would end the scope.
Task<u64> ping_error(Borrowed<Desk, abi::kRead> desk) {
    const auto result = co_await desk.call(Common::Ping{}).result();
    co_return result ? 0 : result.error().code();
}

template <Task<> (*kBody)(Scope scope, Loopback* channels)>
Error run() {
    const auto result = async::sim::run([]() -> Task<> {
        Loopback loopback;
        co_await async::scope(kBody, &loopback);
        EXPECT_EQ(loopback.capabilities(), 0U);
        EXPECT_EQ(loopback.delivered(), 0U);
    });
    return error_of(result);
}

Task<> attach_errors(Scope, Loopback* channels) {
    const auto ends = channels->make_channel<Desk, kCaller>();
    Receiver receiver;
    Receiver second;
    EXPECT_EQ(error_of(co_await AttachCall(abi::Handle(), receiver).result()), Error(abi::Error::BadHandle));
    EXPECT_EQ(error_of(co_await AttachCall(ends.client.handle(), receiver).result()), Error(abi::Error::WrongType));
    EXPECT_TRUE(co_await AttachCall(ends.server.handle(), receiver).result());
    EXPECT_EQ(error_of(co_await AttachCall(ends.server.handle(), second).result()), Error(abi::Error::Busy));
    EXPECT_EQ(error_of(co_await Borrowed<Desk, kCaller>(ends.server.handle()).call(Common::Ping{}).result()),
              Error(abi::Error::WrongType));
}

/// Nobody serves: the call waits, and is taken back.
Task<> cancelled_in_queue(Scope, Loopback* channels) {
    const auto ends = channels->make_channel<Desk, kCaller>();
    EXPECT_EQ(error_of(co_await async::timeout(1_ms, ping(ends.client.as<abi::kRead>())).result()),
              Error(abi::Error::TimedOut));
    Receiver receiver;
    co_await AttachCall(ends.server.handle(), receiver);
    Incoming incoming;
    EXPECT_FALSE(Transport::take(receiver, incoming));
}

Task<> ends_while_waited(Scope scope, Loopback* channels) {
    auto ends = channels->make_channel<Desk, kCaller>();
    const auto other = co_await ends.client.derive<abi::kRead>();
    auto waits = co_await scope.start(ping_error(ends.client.as<abi::kRead>()));
    auto waits_too = co_await scope.start(ping_error(other.as<abi::kRead>()));
    co_await async::sleep_for(1_ms);
    Transport::drop(ends.client.release());
    Transport::drop(ends.server.release());
    EXPECT_EQ(co_await waits, static_cast<u64>(abi::Error::Revoked));
    EXPECT_EQ(co_await waits_too, static_cast<u64>(abi::Error::PeerClosed));
}

/// Delivered, and never answered.
Task<> ends_unanswered(Scope scope, Loopback* channels) {
    auto ends = channels->make_channel<Desk, kCaller>();
    auto waits = co_await scope.start(ping_error(ends.client.as<abi::kRead>()));
    Receiver receiver;
    co_await AttachCall(ends.server.handle(), receiver);
    Incoming incoming;
    EXPECT_TRUE(co_await receiver.next(incoming));
    EXPECT_EQ(channels->delivered(), 1U);
    Transport::drop(ends.server.release());
    Transport::answer(incoming.token, Message{});
    EXPECT_EQ(co_await waits, static_cast<u64>(abi::Error::PeerClosed));
}

/// Whatever comes of the call, what was to be moved is gone.
Task<> moved_and_refused(Scope, Loopback* channels) {
    auto gift = channels->make_channel<Gift, abi::kRead>();
    auto ends = channels->make_channel<Desk, kCaller>();
    std::array<std::byte, 4> elsewhere{};
    const auto unlendable = std::span<const std::byte>(elsewhere);
    EXPECT_EQ(error_of(co_await gift.client.call(Gift::Give{}, std::move(ends.server), lend(unlendable)).result()),
              Error(abi::Error::InvalidArgument));
    EXPECT_EQ(error_of(co_await ends.client.call(Common::Ping{}).result()), Error(abi::Error::PeerClosed));
    auto more = channels->make_channel<Desk, kCaller>();
    Transport::drop(gift.server.release());
    EXPECT_EQ(error_of(gift.client.call(Gift::Throw{}, std::move(more.server))), Error(abi::Error::PeerClosed));
    EXPECT_EQ(error_of(co_await more.client.call(Common::Ping{}).result()), Error(abi::Error::PeerClosed));
}

} // namespace

TEST(Loopback, RefusesToAttach) { EXPECT_EQ(run<attach_errors>(), Error()); }

TEST(Loopback, TakesBackWhatWaits) { EXPECT_EQ(run<cancelled_in_queue>(), Error()); }

TEST(Loopback, EndsCallsWithTheirEnds) {
    EXPECT_EQ(run<ends_while_waited>(), Error());
    EXPECT_EQ(run<ends_unanswered>(), Error());
}

TEST(Loopback, LeavesNothingThatWasMoved) { EXPECT_EQ(run<moved_and_refused>(), Error()); }
