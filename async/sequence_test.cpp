#include "async/sequence.hpp"

#include <memory>

#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async {

namespace {

using base::u64;
using namespace base::literals;

Task<u64> one_more(u64 value) {
    co_await yield_now();
    co_return value + 1;
}

Sequence<u64> count_to(u64 last) {
    for (u64 i = 0; i < last; i = co_await one_more(i)) {
        co_yield i + 1;
    }
}

Sequence<std::unique_ptr<u64>> owners() {
    co_yield std::make_unique<u64>(3);
    co_yield std::make_unique<u64>(4);
}

Sequence<u64> breaks(std::shared_ptr<int> held) {
    co_yield 1;
    co_await sleep_for(1_ms);
    co_await fail(abi::Error::Corrupt);
    co_yield static_cast<u64>(*held);
}

Task<u64> sum() {
    u64 total = 0;
    Sequence<u64> all = count_to(100);
    while (const auto value = co_await co_await all.next()) {
        total += *value;
    }
    EXPECT_FALSE((co_await all.next()).value().has_value());
    co_return total;
}

Task<u64> moved() {
    Sequence<std::unique_ptr<u64>> all = owners();
    u64 product = 1;
    if (const auto first = co_await co_await all.next()) {
        product *= **first;
    }
    Sequence<std::unique_ptr<u64>> rest = std::move(all);
    while (const auto value = co_await co_await rest.next()) {
        product *= **value;
    }
    co_return product;
}

Task<> errors_end_it(std::shared_ptr<int> held) {
    Sequence<u64> all = breaks(held);
    EXPECT_EQ((co_await all.next()).value(), 1U);
    EXPECT_EQ(held.use_count(), 2);
    EXPECT_EQ((co_await all.next()).error(), Error(abi::Error::Corrupt));
    EXPECT_EQ(held.use_count(), 1) << "its frame is gone";
    EXPECT_FALSE((co_await all.next()).value().has_value());
}

Task<> dropped_early(std::shared_ptr<int> held) {
    {
        Sequence<u64> all = breaks(held);
        co_await co_await all.next();
    }
    {
        const Sequence<u64> never_begun = breaks(held);
    }
    EXPECT_EQ(held.use_count(), 2);
    Sequence<u64> all = breaks(held);
    co_await co_await all.next();
    // The second wait is in the middle of the sequence when time runs out.
    co_await co_await all.next();
}

Task<> cancelled(std::shared_ptr<int> held) {
    const Result<> result = co_await timeout(500_us, dropped_early(held)).result();
    EXPECT_EQ(result.error(), Error(abi::Error::TimedOut));
    EXPECT_EQ(held.use_count(), 1);
}

} // namespace

TEST(Sequence, YieldsValuesThenNothing) { EXPECT_EQ(sim::run(sum).value(), 5050U); }

TEST(Sequence, MovesItsValuesAndItself) { EXPECT_EQ(sim::run(moved).value(), 12U); }

TEST(Sequence, AnErrorEndsIt) { EXPECT_TRUE(sim::run(errors_end_it, std::make_shared<int>(1)).has_value()); }

TEST(Sequence, CanBeDroppedAnywhere) { EXPECT_TRUE(sim::run(cancelled, std::make_shared<int>(1)).has_value()); }

} // namespace async
