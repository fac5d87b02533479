#include "base/lock_order.hpp"

#include "testing/test.hpp"

namespace base {

namespace {

constexpr LockClass kLow{.rank = 1, .name = "low"};
constexpr LockClass kMiddle{.rank = 2, .name = "middle"};
constexpr LockClass kHigh{.rank = 3, .name = "high"};

} // namespace

TEST(HeldLocks, CountsWhatIsHeld) {
    HeldLocks held;
    held.acquire(kLow);
    held.acquire(kHigh);
    EXPECT_EQ(held.count(), 2U);
    held.release(kHigh);
    held.release(kLow);
    EXPECT_EQ(held.count(), 0U);
}

TEST(HeldLocks, ReleasesInAnyOrder) {
    HeldLocks held;
    held.acquire(kLow);
    held.acquire(kMiddle);
    held.acquire(kHigh);
    held.release(kLow);
    held.release(kHigh);
    // Only `middle` is left, so `high` is in order again.
    held.acquire(kHigh);
    EXPECT_EQ(held.count(), 2U);
}

TEST(HeldLocks, OneMoreOfTheLastClass) {
    HeldLocks held;
    held.acquire(kLow);
    held.acquire(kMiddle);
    held.acquire_beside(kMiddle);
    held.acquire(kHigh);
    EXPECT_EQ(held.count(), 4U);
    held.release(kMiddle);
    held.release(kMiddle);
    EXPECT_EQ(held.count(), 2U);
}

} // namespace base
