#include "libs/timer_wheel/timer_wheel.hpp"

#include <memory>

#include "testing/test.hpp"

namespace timer_wheel {

namespace {

using base::Nanoseconds;
using base::u64;
using base::usize;

constexpr Nanoseconds kForever{~u64{0}};

/// A wheel fills a kernel stack, so that each test's one stands here.
union Storage {
    constexpr Storage() : empty(0) {}

    constexpr ~Storage() {}

    char empty;
    TimerWheel wheel;
};

constinit Storage storage;

struct Item : Timer {
    usize handed = 0;
};

/// A wheel, and what a test asks of it in short.
class Bench {
  public:
    Bench() : wheel(*std::construct_at(&storage.wheel)) {}

    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    ~Bench() { std::destroy_at(&wheel); }

    void arm(Item& item, u64 deadline) { wheel.arm(item, Nanoseconds{deadline}); }

    /// How many timers expire() handed out.
    usize expire(u64 now) {
        usize count = 0;
        wheel.expire(Nanoseconds{now}, [&count](Timer& timer) {
            EXPECT_FALSE(timer.is_armed());
            ++static_cast<Item&>(timer).handed;
            ++count;
        });
        return count;
    }

    /// The same for one slice; `more` is what expire() says.
    usize expire_slice(u64 now, usize limit, bool& more) {
        usize count = 0;
        more = wheel.expire(Nanoseconds{now}, limit, [&count](Timer&) { ++count; });
        return count;
    }

    /// kForever if nothing is armed.
    [[nodiscard]] u64 next() const { return wheel.next_expiry().value_or(kForever).value(); }

    TimerWheel& wheel;
};

} // namespace

TEST(TimerWheel, StartsEmpty) {
    Bench bench;
    EXPECT_FALSE(bench.wheel.next_expiry().has_value());
    EXPECT_EQ(bench.expire(0), 0U);
    EXPECT_EQ(bench.expire(~u64{0}), 0U);
    EXPECT_FALSE(bench.wheel.next_expiry().has_value());
}

TEST(TimerWheel, HandsOutAtTheDeadlineNotBefore) {
    for (u64 bit = 0; bit < 64; ++bit) {
        Bench bench;
        Item item;
        const u64 deadline = u64{1} << bit;
        bench.arm(item, deadline);
        EXPECT_TRUE(item.is_armed());
        EXPECT_EQ(item.deadline(), Nanoseconds{deadline});
        EXPECT_EQ(bench.next(), deadline);
        EXPECT_EQ(bench.expire(deadline - 1), 0U);
        EXPECT_EQ(bench.next(), deadline);
        EXPECT_EQ(bench.expire(deadline), 1U);
        EXPECT_FALSE(item.is_armed());
        EXPECT_EQ(bench.expire(~u64{0}), 0U);
    }
}

TEST(TimerWheel, ZeroIsDueAtOnce) {
    Bench bench;
    Item item;
    bench.arm(item, 0);
    EXPECT_EQ(bench.next(), 0U);
    EXPECT_EQ(bench.expire(0), 1U);
}

TEST(TimerWheel, ThePastIsDueAtOnce) {
    Bench bench;
    Item item;
    EXPECT_EQ(bench.expire(1'000'000), 0U);
    bench.arm(item, 999);
    EXPECT_EQ(bench.next(), 0U);
    EXPECT_EQ(bench.expire(1'000'000), 1U);
    bench.arm(item, 1'000'000);
    EXPECT_EQ(bench.expire(1'000'000), 1U);
}

TEST(TimerWheel, TheEndOfTimeCanBeReached) {
    Bench bench;
    Item last;
    Item before;
    bench.arm(last, ~u64{0});
    bench.arm(before, ~u64{0} - 1);
    EXPECT_EQ(bench.next(), ~u64{0} - 1);
    EXPECT_EQ(bench.expire(~u64{0} - 2), 0U);
    EXPECT_EQ(bench.expire(~u64{0} - 1), 1U);
    EXPECT_EQ(bench.next(), ~u64{0});
    EXPECT_TRUE(last.is_armed());
    EXPECT_EQ(bench.expire(~u64{0}), 1U);
    bench.arm(last, ~u64{0});
    EXPECT_EQ(bench.expire(~u64{0}), 1U);
}

TEST(TimerWheel, TimeDoesNotGoBack) {
    Bench bench;
    Item item;
    EXPECT_EQ(bench.expire(5000), 0U);
    bench.arm(item, 4000);
    EXPECT_EQ(bench.expire(10), 1U);
}

TEST(TimerWheel, CancelledTimersAreNotHandedOut) {
    Bench bench;
    Item near;
    Item far;
    Item past;
    bench.arm(near, 70);
    bench.arm(far, 1 << 20);
    bench.arm(past, 0);
    EXPECT_TRUE(bench.wheel.cancel(near));
    EXPECT_FALSE(bench.wheel.cancel(near));
    EXPECT_TRUE(bench.wheel.cancel(past));
    EXPECT_EQ(bench.next(), 1U << 20);
    EXPECT_TRUE(bench.wheel.cancel(far));
    EXPECT_FALSE(bench.wheel.next_expiry().has_value());
    EXPECT_EQ(bench.expire(~u64{0}), 0U);
}

TEST(TimerWheel, ArmingAgainMoves) {
    Bench bench;
    Item item;
    bench.arm(item, 100);
    bench.arm(item, 100'000);
    EXPECT_EQ(bench.next(), 100'000U);
    bench.arm(item, 50);
    EXPECT_EQ(bench.next(), 50U);
    EXPECT_EQ(bench.expire(~u64{0}), 1U);
}

TEST(TimerWheel, ManyMayShareADeadline) {
    Bench bench;
    std::array<Item, 100> items;
    for (Item& item : items) {
        bench.arm(item, 123'456'789);
    }
    EXPECT_LE(bench.next(), 123'456'789U);
    EXPECT_EQ(bench.expire(123'456'788), 0U);
    EXPECT_EQ(bench.next(), 123'456'789U);
    EXPECT_EQ(bench.expire(123'456'789), 100U);
    for (const Item& item : items) {
        EXPECT_EQ(item.handed, 1U);
    }
}

TEST(TimerWheel, FewTimersCauseNoEarlyWake) {
    Bench bench;
    std::array<Item, 8> items;
    for (usize i = 0; i < items.size(); ++i) {
        bench.arm(items.at(i), 3'600'000'000'000 + i * 1'000);
    }
    for (usize i = 0; i < items.size(); ++i) {
        EXPECT_EQ(bench.next(), 3'600'000'000'000 + i * 1'000);
        EXPECT_EQ(bench.expire(bench.next()), 1U);
    }
}

TEST(TimerWheel, ACrowdCausesTenEarlyWakesAtMost) {
    Bench bench;
    std::array<Item, 20> items;
    for (Item& item : items) {
        bench.arm(item, ~u64{0});
    }
    usize wakes = 0;
    u64 before = 0;
    while (bench.next() != ~u64{0}) {
        EXPECT_LT(before, bench.next());
        before = bench.next();
        EXPECT_EQ(bench.expire(before), 0U);
        ++wakes;
    }
    EXPECT_EQ(wakes, 10U);
    EXPECT_EQ(bench.expire(~u64{0}), 20U);
}

TEST(TimerWheel, CallbacksMayArmAgain) {
    Bench bench;
    Item item;
    bench.arm(item, 100);
    u64 again = 100;
    const auto periodic = [&](Timer& timer) { bench.wheel.arm(timer, Nanoseconds{again += 100}); };
    bench.wheel.expire(Nanoseconds{100}, periodic);
    EXPECT_EQ(bench.next(), 200U);
    // Behind by nine periods: one to a call.
    bench.wheel.expire(Nanoseconds{1'050}, periodic);
    EXPECT_EQ(again, 300U);
    EXPECT_EQ(bench.next(), 0U);
    EXPECT_TRUE(bench.wheel.expire(Nanoseconds{1'050}, 10, periodic));
    EXPECT_EQ(again, 400U);
    EXPECT_TRUE(bench.wheel.cancel(item));
}

TEST(TimerWheel, CallbacksMayCancelOthersThatAreDue) {
    Bench bench;
    std::array<Item, 2> items;
    bench.arm(items[0], 10);
    bench.arm(items[1], 10);
    usize count = 0;
    bench.wheel.expire(Nanoseconds{10}, [&](Timer& timer) {
        ++count;
        EXPECT_FALSE(bench.wheel.cancel(timer));
        EXPECT_TRUE(bench.wheel.cancel(items[1]));
    });
    EXPECT_EQ(count, 1U);
    EXPECT_FALSE(bench.wheel.next_expiry().has_value());
}

TEST(TimerWheel, CallbacksMayPutOffOthersThatAreDue) {
    Bench bench;
    std::array<Item, 2> items;
    bench.arm(items[0], 10);
    bench.arm(items[1], 10);
    usize count = 0;
    const auto put_off = [&](Timer&) {
        ++count;
        bench.arm(items[1], 20);
    };
    bench.wheel.expire(Nanoseconds{10}, put_off);
    EXPECT_EQ(count, 1U);
    EXPECT_EQ(bench.next(), 20U);
    EXPECT_EQ(bench.expire(20), 1U);
}

TEST(TimerWheel, SlicesEndAtTheirLimit) {
    Bench bench;
    std::array<Item, 10> items;
    for (Item& item : items) {
        bench.arm(item, 1'000'000);
    }
    bool more = true;
    usize handed = 0;
    usize slices = 0;
    for (; more; ++slices) {
        const usize slice = bench.expire_slice(2'000'000, 4, more);
        EXPECT_LE(slice, 4U);
        EXPECT_EQ(bench.next(), more ? 0 : ~u64{0});
        handed += slice;
    }
    EXPECT_EQ(handed, 10U);
    EXPECT_EQ(slices, 5U); // each timer is moved once and handed out once
}

TEST(TimerWheel, TimersMayChangeBetweenSlices) {
    Bench bench;
    std::array<Item, 6> items;
    for (Item& item : items) {
        bench.arm(item, 1'000'000);
    }
    bool more = false;
    EXPECT_EQ(bench.expire_slice(1'000'000, 2, more), 0U);
    EXPECT_TRUE(more);
    bench.arm(items[5], 999'999);
    bench.arm(items[4], 1'000'001);
    EXPECT_TRUE(bench.wheel.cancel(items[3]));
    EXPECT_TRUE(bench.wheel.cancel(items[2])); // the last one of its slot
    EXPECT_TRUE(bench.wheel.cancel(items[0]));
    EXPECT_EQ(bench.expire(1'000'000), 2U);
    EXPECT_EQ(items[1].handed + items[5].handed, 2U);
    EXPECT_EQ(bench.next(), 1'000'001U);
    EXPECT_EQ(bench.expire(1'000'001), 1U);
}

TEST(TimerWheel, ASliceMayOnlyMoveTimers) {
    Bench bench;
    std::array<Item, 3> items;
    for (usize i = 0; i < items.size(); ++i) {
        bench.arm(items.at(i), (u64{1} << 40) + 1'000'000 * (i + 1));
    }
    bool more = false;
    EXPECT_EQ(bench.expire_slice(u64{1} << 40, 2, more), 0U);
    EXPECT_TRUE(more);
    EXPECT_EQ(bench.expire_slice(u64{1} << 40, 2, more), 0U);
    EXPECT_FALSE(more);
    EXPECT_EQ(bench.next(), (u64{1} << 40) + 1'000'000);
    EXPECT_EQ(bench.expire(~u64{0}), 3U);
}

} // namespace timer_wheel
