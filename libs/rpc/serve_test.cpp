#include "libs/rpc/serve.hpp"

#include "async/sim/explore.hpp"
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "async/when_all.hpp"
#include "async/yield_now.hpp"
#include "libs/rpc/desk_fixture.hpp"
#include "libs/rpc/raw_call.hpp"
#include "testing/test.hpp"

using namespace rpc;
using namespace base::literals;
using abi::kRead;
using abi::kWrite;
using async::Error;
using async::Scope;
using async::Task;
using rpc::desk::Client;
using rpc::desk::Desk;
using rpc::desk::DeskSession;
using rpc::desk::Fixture;
using rpc::desk::kCaller;
using rpc::desk::run_with_desk;

namespace {

template <class A>
Error error_of(const async::Result<A>& result) {
    return result ? Error() : result.error();
}

} // namespace

TEST(Serve, AnswersWithValuesAndFailures) {
    const auto body = [](Scope, Fixture*, Client desk) -> Task<> {
        const auto [sum] = co_await desk.call(Desk::Add{.amount = 600});
        EXPECT_EQ(sum, 600U);
        const auto full = co_await desk.call(Desk::Add{.amount = 600}).result();
        EXPECT_EQ(error_of(full), failure<Desk>(Desk::Failure::Full));
        EXPECT_EQ(full.error().domain(), Desk::id.domain());
        const auto foreign =
            co_await desk.call(Desk::Grown{.old_number = DeskSession::kForeign, .new_number = 0}).result();
        EXPECT_EQ(error_of(foreign), Error(abi::Error::BadState));
        co_await desk.call(Common::Ping{});
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Serve, BelievesTheKernelAndTheSession) {
    // The type claims more than the handle has: a patched client.
    const auto patched = [](Scope, Fixture* all, Client desk) -> Task<> {
        Capability<Desk, kRead> reader = co_await desk.derive<kRead>();
        const Borrowed<Desk, kCaller> claimed(reader.handle());
        const auto refused = co_await claimed.call(Desk::Add{.amount = 1}).result();
        EXPECT_EQ(error_of(refused), Error(abi::Error::AccessDenied));
        EXPECT_EQ(all->session.sum(), 0U);
        co_await reader.call(Desk::Grown{});
        EXPECT_EQ(error_of(co_await claimed.derive<kRead>().result()), Error(abi::Error::AccessDenied));
    };
    EXPECT_EQ(run_with_desk(patched), Error());
    // The handle has more than its opener was given.
    const auto ungranted = [](Scope, Fixture* all, Client desk) -> Task<> {
        EXPECT_EQ(error_of(co_await desk.call(Desk::Add{.amount = 1}).result()), Error(abi::Error::AccessDenied));
        static_cast<void>(desk.call(Desk::Tell{.amount = 1}));
        co_await desk.call(Desk::Grown{});
        EXPECT_EQ(all->session.sum(), 0U);
    };
    EXPECT_EQ(run_with_desk(ungranted, kRead), Error());
}

TEST(Serve, TakesOneWayMessages) {
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        co_await desk.call(Desk::Tell{.amount = 3});
        co_await desk.call(Desk::Tell{.amount = 4});
        const auto [sum] = co_await desk.call(Desk::Await{.least = 7});
        EXPECT_EQ(sum, 7U);
        Error error;
        for (usize i = 0; i <= loopback::Loopback::kMostWaiting; ++i) {
            error = error_of(desk.call(Desk::Tell{.amount = 0}));
        }
        EXPECT_EQ(error, Error(abi::Error::OverBudget));
        EXPECT_EQ(all->loopback.delivered(), 0U);
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Serve, PassesCapabilities) {
    const auto body = [](Scope scope, Fixture* all, Client desk) -> Task<> {
        const auto lacking = co_await desk.call(Desk::Exchange{.number = 4, .zero = 0}, desk.as<kCaller>()).result();
        EXPECT_EQ(error_of(lacking), Error(abi::Error::BadState));
        auto [server, client] = all->loopback.make_channel<Desk, kRead>();
        all->session.set_end(std::move(server));
        auto [reply, capabilities] = co_await desk.call(Desk::Exchange{.number = 4, .zero = 0}, desk.as<kCaller>());
        EXPECT_EQ(reply.number, 5U);
        // What came is good for what the protocol says.
        DeskSession other(kRead);
        co_await scope.spawn([](DeskSession* served, Capability<ServerEnd, kRead> end) -> Task<> {
            co_await serve<Desk>(*served, std::move(end));
        }(&other, std::get<0>(std::move(capabilities))));
        co_await client.call(Common::Ping{});
        const auto shared = co_await all->session.given()->call(Desk::Grown{.old_number = 1, .new_number = 2});
        EXPECT_EQ(shared.new_number, 2U);
        Capability<Desk, kRead> last = std::move(client);
        static_cast<void>(last.release());
        co_await async::fail(abi::Error::Cancelled); // a session holds its own channel: nobody else ends this
    };
    EXPECT_EQ(run_with_desk(body), Error(abi::Error::Cancelled));
}

TEST(Serve, DescribesItself) {
    const auto body = [](Scope, Fixture*, Client desk) -> Task<> {
        const auto all = co_await desk.call(Common::Describe{.first = 0});
        EXPECT_EQ(all.protocol, Desk::id.number());
        EXPECT_EQ(all.minor, 2U);
        EXPECT_EQ(all.methods[0], 0x7f0003U);
        EXPECT_EQ((co_await desk.call(Common::Describe{.first = 0x11})).methods[0], 0x3fU);
        EXPECT_TRUE(co_await desk.supports<Desk::Spell>());
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Serve, CopiesWhatIsLent) {
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        const auto in = all->loopback.allocate(4);
        const auto out = all->loopback.allocate(4);
        in[0] = std::byte{7};
        const auto [count] =
            co_await desk.call(Desk::Reverse{}, lend(std::span<const std::byte>(in)), lend(out.first(3)));
        EXPECT_EQ(count, 3U);
        EXPECT_EQ(out[2], std::byte{0});
        const auto [all_of_it] = co_await desk.call(Desk::Reverse{}, lend(in), lend(out));
        EXPECT_EQ(all_of_it, 4U);
        EXPECT_EQ(out[3], std::byte{7});
        std::array<std::byte, 4> elsewhere{};
        const auto refused =
            co_await desk.call(Desk::Reverse{}, lend(std::span<std::byte>(elsewhere)), lend(out)).result();
        EXPECT_EQ(error_of(refused), Error(abi::Error::InvalidArgument));
        const auto nothing = co_await desk.call(Desk::Reverse{}, lend(in), lend(out.first(0))).result();
        EXPECT_EQ(error_of(nothing), Error(abi::Error::InvalidArgument));
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Serve, TakesTextOfAnyLength) {
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        EXPECT_EQ((co_await desk.call(Desk::Spell{.word = "banana"})).vowels, 3U);
        const auto bytes = all->loopback.allocate(1001);
        std::ranges::fill(bytes, std::byte{'a'});
        for (const usize length : {0UZ, 31UZ, 32UZ, 1000UZ}) {
            const std::string_view word = base::text_view(bytes.first(length));
            const auto [letters, vowels] = co_await desk.call(Desk::Spell{.word = word});
            EXPECT_EQ(letters, length);
            EXPECT_EQ(vowels, length);
        }
        const auto longer = co_await desk.call(Desk::Spell{.word = base::text_view(bytes)}).result();
        EXPECT_EQ(error_of(longer), Error(abi::Error::InvalidArgument));
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Serve, HearsOfCallersThatGaveUp) {
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        const auto late = co_await async::timeout(1_ms,
                                                  [](Borrowed<Desk, kRead> from) -> Task<u64> {
                                                      co_return (co_await from.call(Desk::Await{.least = 9})).sum;
                                                  }(desk.as<kRead>()))
                              .result();
        EXPECT_EQ(error_of(late), Error(abi::Error::TimedOut));
        co_await desk.call(Common::Ping{});
        EXPECT_EQ(all->session.waiting(), 0U);
        EXPECT_EQ(all->loopback.delivered(), 0U);
    };
    EXPECT_EQ(run_with_desk(body), Error());
}

TEST(Serve, EndsWithItsLastClientAndClosesWithItself) {
    const auto alone = [](Scope, Fixture* all, Client desk) -> Task<> {
        Client moved = std::move(desk);
        EXPECT_EQ(all->loopback.capabilities(), 2U);
        co_return;
    };
    EXPECT_EQ(run_with_desk(alone), Error());
    // A method that waits has nobody left who could make it go on.
    const auto waiting = [](Scope scope, Fixture* all, Client desk) -> Task<> {
        auto code = co_await scope.start([](Borrowed<Desk, kRead> from) -> Task<u64> {
            const auto result = co_await from.call(Desk::Await{.least = 9}).result();
            co_return result ? 0 : result.error().code();
        }(desk.as<kRead>()));
        co_await async::sleep_for(1_ms);
        EXPECT_EQ(all->session.waiting(), 1U);
        Transport::drop(desk.release());
        EXPECT_EQ(co_await code, static_cast<u64>(abi::Error::Cancelled));
    };
    EXPECT_EQ(run_with_desk(waiting), Error());
    const auto body = [](Scope, Fixture* all, Client desk) -> Task<> {
        auto [server, client] = all->loopback.make_channel<Desk, kCaller>();
        {
            const auto dropped = std::move(server);
        }
        EXPECT_EQ(error_of(co_await client.call(Common::Ping{}).result()), Error(abi::Error::PeerClosed));
        EXPECT_EQ(error_of(client.call(Desk::Tell{.amount = 1})), Error(abi::Error::PeerClosed));
        const Borrowed<Desk, kRead> stale(client.release());
        Transport::drop(stale.handle());
        EXPECT_EQ(error_of(co_await stale.call(Common::Ping{}).result()), Error(abi::Error::BadHandle));
        co_await desk.call(Common::Ping{});
    };
    EXPECT_EQ(run_with_desk(body), Error());
}
