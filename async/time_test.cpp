#include "async/event.hpp"
#include "async/scope.hpp"
#include "async/shield.hpp"
#include "async/sim/fake_device.hpp"
#include "async/sim/run.hpp"
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "async/when_all.hpp"
#include "async/when_any.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async {

namespace {

using base::Nanoseconds;
using base::u64;
using namespace base::literals;
using sim::FakeDevice;
using sim::Simulation;

Task<int> value_after(Nanoseconds time, int value) {
    co_await sleep_for(time);
    co_return value;
}

Task<> for_ever() {
    Event never;
    co_await never.wait();
}

Task<int> error_after(Nanoseconds time, Error error) {
    co_await sleep_for(time);
    co_await fail(error);
}

Task<u64> times(Simulation* simulation) {
    co_await sleep_for(5_ms);
    EXPECT_EQ(simulation->now(), 5_ms);
    co_await sleep_until(7_ms);
    EXPECT_EQ(simulation->now(), 7_ms);
    co_await sleep_until(1_ms);
    EXPECT_EQ(simulation->now(), 7_ms);
    EXPECT_EQ(co_await timeout(10_ms, value_after(1_ms, 3)), 3);
    EXPECT_EQ(simulation->now(), 8_ms);
    const Result<> result = co_await timeout(2_ms, for_ever()).result();
    EXPECT_EQ(result.error(), Error(abi::Error::TimedOut));
    co_return simulation->now().value();
}

Task<> sleep_for_long(Nanoseconds time) { co_await sleep_for(time); }

/// Longer than there is time.
Task<> never_over(Simulation* simulation) {
    constexpr Nanoseconds kLongest{~u64{0}};
    co_await sleep_for(1_ms);
    EXPECT_EQ(co_await timeout(kLongest, value_after(1_ms, 4)), 4);
    EXPECT_FALSE(co_await timeout(1_ms, sleep_for_long(kLongest)).result());
    EXPECT_EQ(simulation->now(), 3_ms);
}

Task<int> inner_timeout(Nanoseconds limit) { co_return co_await timeout(limit, value_after(1_s, 1)); }

Task<> nested(Simulation* simulation) {
    EXPECT_EQ((co_await timeout(5_ms, inner_timeout(9_ms)).result()).error(), Error(abi::Error::TimedOut));
    EXPECT_EQ(simulation->now(), 5_ms);
    EXPECT_EQ((co_await timeout(9_ms, inner_timeout(5_ms)).result()).error(), Error(abi::Error::TimedOut));
    EXPECT_EQ(simulation->now(), 10_ms);
}

Task<int> catches() {
    const Result<> result = co_await sleep_for(1_s).result();
    EXPECT_EQ(result.error(), Error(abi::Error::TimedOut));
    // The latch stays.
    EXPECT_EQ((co_await yield_now().result()).error(), Error(abi::Error::TimedOut));
    co_return 4;
}

Task<> keeps_a_value() { EXPECT_EQ(co_await timeout(1_ms, catches()), 4); }

Task<> after_a_timeout_all_is_well() {
    EXPECT_FALSE(co_await timeout(1_ms, for_ever()).result());
    co_await sleep_for(1_ms);
}

Task<> all() {
    const auto [one, nothing, two] =
        co_await when_all(value_after(2_ms, 1), [] -> Task<> { co_await sleep_for(1_ms); }(), value_after(1_ms, 2));
    static_cast<void>(nothing);
    EXPECT_EQ(one + two, 3);
    const auto failed = co_await when_all(for_ever(), error_after(1_ms, abi::Error::Busy)).result();
    EXPECT_EQ(failed.error(), Error(abi::Error::Busy));
}

Task<> any(Simulation* simulation) {
    auto first = co_await when_any(value_after(5_ms, 1), value_after(2_ms, 2), for_ever());
    EXPECT_EQ(first.index(), 1U);
    EXPECT_EQ(std::get<1>(first), 2);
    EXPECT_EQ(simulation->now(), 2_ms);
    const auto failed = co_await when_any(for_ever(), error_after(1_ms, abi::Error::Busy)).result();
    EXPECT_EQ(failed.error(), Error(abi::Error::Busy));
    auto owner = co_await when_any([] -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); }(),
                                   [] -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(4); }());
    EXPECT_EQ(*std::get<0>(owner), 3);
}

Task<> commit(std::string* text, Nanoseconds takes) {
    *text += '(';
    const Result<> result = co_await sleep_for(takes).result();
    *text += result ? ')' : '!';
    co_await result;
}

Task<> shielded(std::string* text, Nanoseconds limit) {
    co_await shield(limit, commit(text, 5_ms));
    const Result<> result = co_await yield_now().result();
    *text += result ? 'o' : '-';
}

Task<> cancel_while_shielded(std::string* text, Nanoseconds limit) {
    static_cast<void>(co_await timeout(1_ms, shielded(text, limit)).result());
}

Task<> cancel_later(std::string* text) {
    co_await sleep_for(1_ms);
    co_await cancel_while_shielded(text, Nanoseconds{~u64{0}});
}

Task<> clean_up(std::string* text) {
    const Result<> result = co_await sleep_for(1_s).result();
    co_await shield(10_ms, commit(text, 5_ms));
    co_await result;
}

Task<> clean_up_after(std::string* text) {
    EXPECT_EQ((co_await timeout(1_ms, clean_up(text)).result()).error(), Error(abi::Error::TimedOut));
}

/// Jobs within a shield are shielded with it, and are cancelled with it when its limit is over.
Task<> scope_in_shield(std::string* text, Nanoseconds limit) {
    co_await shield(limit, [](std::string* out) -> Task<> {
        co_await scope(
            [](Scope inner, std::string* deep) -> Task<> {
                co_await inner.spawn(commit(deep, 5_ms));
                co_await inner.spawn(commit(deep, 6_ms));
            },
            out);
    }(text));
}

Task<> cancel_scope_in_shield(std::string* text, Nanoseconds limit) {
    static_cast<void>(co_await timeout(1_ms, scope_in_shield(text, limit)).result());
}

Task<> nested_shields(std::string* text) {
    static_cast<void>(co_await timeout(1_ms,
                                       [](std::string* out) -> Task<> {
                                           // The outer one runs out first: what it protects is not protected longer by
                                           // its inside.
                                           co_await shield(3_ms, shielded(out, 100_ms));
                                       }(text))
                          .result());
}

Task<> failing_in_shield(std::string* text) {
    const Result<int> result = co_await [](std::string*)
        -> Task<int> { co_return co_await shield(1_s, error_after(1_ms, abi::Error::Busy)); }(text).result();
    EXPECT_EQ(result.error(), Error(abi::Error::Busy));
    co_await timeout(1_ms, for_ever());
}

std::string text_of(auto test, auto... arguments) {
    std::string text;
    const Result<> result = sim::run(test, &text, arguments...);
    return result ? text : text + "E";
}

Task<u64> operate(FakeDevice* device, FakeDevice::Behaviour behaviour) {
    co_return co_await device->operation(behaviour);
}

Task<> operations(Simulation* simulation) {
    FakeDevice device(*simulation);
    EXPECT_EQ(co_await device.operation({.takes = 5_ms, .value = 7}), 7U);
    EXPECT_EQ(simulation->now(), 5_ms);
    const Result<u64> failed = co_await device.operation({.takes = 1_ms, .error = abi::Error::DeviceError}).result();
    EXPECT_EQ(failed.error(), Error(abi::Error::DeviceError));
}

Task<> operations_end_with_their_own_result(Simulation* simulation) {
    FakeDevice device(*simulation);
    // Cancelled: but not before the device says so.
    const Result<u64> slow = co_await timeout(1_ms, operate(&device, {.takes = 1_s, .cancel_takes = 4_ms})).result();
    EXPECT_EQ(slow.error(), Error(abi::Error::TimedOut));
    EXPECT_EQ(simulation->now(), 5_ms);
    EXPECT_EQ(device.asked(), 1U);
    // Done before it could be: the value is not lost.
    const Result<u64> done =
        co_await timeout(1_ms, operate(&device, {.takes = 3_ms, .value = 9, .cancel_takes = 4_ms})).result();
    EXPECT_EQ(done.value(), 9U);
    EXPECT_EQ(simulation->now(), 8_ms);
    EXPECT_EQ(device.asked(), 2U);
    EXPECT_EQ(device.under_way(), 0U);
    // Asked for while it is cancelled: not begun.
    const Result<u64> never = co_await timeout(0_ms,
                                               [](FakeDevice* at) -> Task<u64> {
                                                   static_cast<void>(co_await sleep_for(1_s).result());
                                                   co_return co_await at->operation({.takes = 1_ms});
                                               }(&device))
                                  .result();
    EXPECT_EQ(never.error(), Error(abi::Error::TimedOut));
    EXPECT_EQ(device.asked(), 2U);
}

Task<> limits_of_calls(Simulation* simulation) {
    FakeDevice device(*simulation);
    EXPECT_EQ(co_await timeout(2_ms, device.operation({.takes = 1_ms, .value = 3})), 3U);
    const Result<u64> late = co_await timeout(2_ms, device.operation({.takes = 9_ms})).result();
    EXPECT_EQ(late.error(), Error(abi::Error::TimedOut));
    EXPECT_EQ(simulation->now(), 3_ms);
    EXPECT_FALSE(Executor::current().next_alarm().has_value()) << "no timer was armed";
}

} // namespace

TEST(Sleep, KeepsVirtualTime) { EXPECT_EQ(sim::run_inside(times).value(), (10_ms).value()); }

TEST(Timeout, MayBeLongerThanThereIsTime) { EXPECT_TRUE(sim::run_inside(never_over).has_value()); }

TEST(Timeout, OfNestedOnesTheEarlierWins) { EXPECT_TRUE(sim::run_inside(nested).has_value()); }

TEST(Timeout, AValueIsNotLost) { EXPECT_TRUE(sim::run(keeps_a_value).has_value()); }

TEST(Timeout, ConcernsNobodyElse) { EXPECT_TRUE(sim::run(after_a_timeout_all_is_well).has_value()); }

TEST(WhenAll, YieldsAllOrTheFirstError) { EXPECT_TRUE(sim::run(all).has_value()); }

TEST(WhenAny, YieldsTheFirst) { EXPECT_TRUE(sim::run_inside(any).has_value()); }

TEST(Shield, HoldsTheLatchBack) { EXPECT_EQ(text_of(cancel_while_shielded, 10_ms), "()-"); }

TEST(Shield, MayBeLongerThanThereIsTime) { EXPECT_EQ(text_of(cancel_later), "()-"); }

TEST(Shield, HasALimit) { EXPECT_EQ(text_of(cancel_while_shielded, 2_ms), "(!"); }

TEST(Shield, LetsOthersCleanUp) { EXPECT_EQ(text_of(clean_up_after), "()"); }

TEST(Shield, CoversJobsInside) {
    EXPECT_EQ(text_of(cancel_scope_in_shield, 10_ms), "(())");
    EXPECT_EQ(text_of(cancel_scope_in_shield, 2_ms), "((!!");
}

TEST(Shield, ItsLimitHoldsForThoseInside) { EXPECT_EQ(text_of(nested_shields), "(!"); }

TEST(Shield, EndsWithAnError) { EXPECT_EQ(text_of(failing_in_shield), "E"); }

TEST(Operation, YieldsItsResult) { EXPECT_TRUE(sim::run_inside(operations).has_value()); }

TEST(Operation, EndsOnlyWithItsOwnResult) {
    EXPECT_TRUE(sim::run_inside(operations_end_with_their_own_result).has_value());
}

TEST(Operation, CanHaveALimitOfItsOwn) { EXPECT_TRUE(sim::run_inside(limits_of_calls).has_value()); }

} // namespace async
