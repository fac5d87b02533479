// The examples of docs/protocols.md, which are taken from here word for word.
#include "async/event.hpp"
#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "async/timeout.hpp"
#include "libs/rpc/loopback/loopback.hpp"
#include "libs/rpc/serve.hpp"
#include "testing/page_blocks.hpp"
#include "testing/test.hpp"

using namespace base::literals;
using abi::kGrant;
using abi::kRead;
using abi::kWrite;
using async::Error;
using async::Result;
using async::Scope;
using async::Task;
using base::u16;
using base::u64;
using rpc::Borrowed;
using rpc::Call;
using rpc::Capability;
using rpc::CapabilityChannel;
using rpc::lend;
using rpc::ServerEnd;

namespace {

struct Counter {
    static constexpr rpc::ProtocolId id{"example.counter", 1, 0}; // name, major, minor

    enum class Failure : u16 { Full = 256 };

    struct Add {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = kWrite};
        using Errors = rpc::Fails<Failure::Full>;

        u64 amount;

        struct Reply {
            u64 sum;
        };
    };

    struct Reach { // answers when the sum is at least so much
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = kRead, .idempotent = true, .waits = true};

        u64 sum;

        struct Reply {
            u64 sum;
        };
    };

    struct Dump { // the sum as text
        static constexpr rpc::Spec spec{.ordinal = 0x12, .needs = kRead, .idempotent = true};
        using Leases = rpc::Lends<rpc::Out>;

        struct Reply {
            u64 bytes;
        };
    };

    using Methods = rpc::List<Add, Reach, Dump>;
};

static_assert(rpc::Protocol<Counter>);

class CounterSession {
  public:
    static abi::Permissions granted() { return kRead | kWrite; } // what its opener was given

    Result<Counter::Add::Reply> serve(Call<Counter::Add> call) { // never waits: a plain function
        if (call->amount > 100 - sum_) {
            return rpc::failure<Counter>(Counter::Failure::Full);
        }
        sum_ += call->amount;
        changed_.set();
        changed_.clear();
        return Counter::Add::Reply{.sum = sum_};
    }

    Task<Counter::Reach::Reply> serve(Call<Counter::Reach> call) { // waits: a Task
        while (sum_ < call->sum) {
            co_await changed_.wait();
        }
        co_return {.sum = sum_};
    }

    Task<Counter::Dump::Reply> serve(Call<Counter::Dump> call) {
        const std::string text = std::to_string(sum_);
        co_return {.bytes = co_await call.out().write(std::as_bytes(std::span(text)))};
    }

  private:
    u64 sum_ = 0;
    async::Event changed_;
};

Task<> serve_counter(Capability<ServerEnd, abi::kAllPermissions> end) {
    CounterSession session;
    co_await rpc::serve<Counter>(session, std::move(end)); // until the last client is gone
}

Task<u64> fill(Borrowed<Counter, kRead | kWrite> counter) {
    u64 sum = 0;
    while (true) {
        const auto added = co_await counter.call(Counter::Add{.amount = 30}).result();
        if (!added) {
            if (added.error() != rpc::failure<Counter>(Counter::Failure::Full)) {
                co_await async::fail(added.error());
            }
            co_return sum;
        }
        sum = added->sum;
    }
}

Task<u64> watch(CapabilityChannel<Counter, kRead> counter) { // an owner: it may outlive who made it
    const auto [sum] = co_await counter.call(Counter::Reach{.sum = 50});
    co_return sum;
}

Task<u64> use(Scope scope, CapabilityChannel<Counter, kRead | kWrite | kGrant> counter) {
    CapabilityChannel<Counter, kRead> reader = co_await counter.derive<kRead>(); // a child of its own
    auto watching = co_await scope.start(watch(std::move(reader)));
    const u64 sum = co_await fill(counter.as<kRead | kWrite>()); // a view of the same
    co_return sum + co_await watching;
}

Task<u64> test() {
    rpc::loopback::Loopback loopback;
    co_return co_await async::scope(
        [](Scope scope, rpc::loopback::Loopback* channels) -> Task<u64> {
            auto [server, client] = channels->make_channel<Counter, kRead | kWrite | kGrant>();
            co_await scope.spawn(serve_counter(std::move(server)));
            co_return co_await use(scope, std::move(client));
        },
        &loopback);
}

Task<u64> dumped(Borrowed<Counter, kRead> counter, std::span<std::byte> buffer) {
    const auto [bytes] = co_await counter.call(Counter::Dump{}, lend(buffer));
    co_return bytes;
}

Task<u64> dump_test() {
    rpc::loopback::Loopback loopback;
    co_return co_await async::scope(
        [](Scope scope, rpc::loopback::Loopback* channels) -> Task<u64> {
            auto [server, client] = channels->make_channel<Counter, kRead>();
            co_await scope.spawn(serve_counter(std::move(server)));
            const CapabilityChannel<Counter, kRead> counter = std::move(client);
            co_return co_await dumped(counter.as<kRead>(), channels->allocate(20));
        },
        &loopback);
}

} // namespace

TEST(RpcExamples, Work) {
    EXPECT_EQ(async::sim::run(test).value(), 90U + 60U);
    EXPECT_EQ(async::sim::run(dump_test).value(), 1U);
}

TEST(RpcExamples, AreThoseOfThePage) {
    const std::string root = TESSERA_SOURCE;
    EXPECT_EQ(testing::expect_blocks_of(root + "/docs/protocols.md", root + "/libs/rpc/examples_test.cpp"), 6);
}
