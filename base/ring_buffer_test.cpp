#include "base/ring_buffer.hpp"

#include "testing/test.hpp"

namespace base {

namespace {

/// Can be moved, but not copied.
struct Parcel {
    Parcel() = default;

    explicit Parcel(int n) : number(n) {}

    Parcel(Parcel&& other) noexcept : number(std::exchange(other.number, 0)) {}

    Parcel& operator=(Parcel&& other) noexcept {
        number = std::exchange(other.number, 0);
        return *this;
    }

    Parcel(const Parcel&) = delete;
    Parcel& operator=(const Parcel&) = delete;
    ~Parcel() = default;
    int number = 0;
};

} // namespace

TEST(RingBuffer, GivesBackInOrder) {
    RingBuffer<int, 4> ring;
    EXPECT_TRUE(ring.empty());
    EXPECT_FALSE(ring.pop().has_value());
    EXPECT_TRUE(ring.push(1) && ring.push(2));
    EXPECT_EQ(ring.count(), 2U);
    EXPECT_EQ(ring.pop().value_or(0), 1);
    EXPECT_EQ(ring.pop().value_or(0), 2);
    EXPECT_TRUE(ring.empty());
}

TEST(RingBuffer, RefusesWhenFull) {
    RingBuffer<Parcel, 2> ring;
    EXPECT_TRUE(ring.push(Parcel(1)) && ring.push(Parcel(2)));
    Parcel third(3);
    EXPECT_FALSE(ring.push(std::move(third)));
    EXPECT_EQ(third.number, 3); // NOLINT: untouched, as promised
    EXPECT_EQ(ring.pop()->number, 1);
    EXPECT_TRUE(ring.push(std::move(third)));
    EXPECT_EQ(ring.count(), 2U);
}

TEST(RingBuffer, GoesRoundAndRound) {
    RingBuffer<int, 4> ring;
    for (int i = 0; i < 100; ++i) {
        const int copy = i;
        EXPECT_TRUE(ring.push(copy));
        EXPECT_EQ(ring.pop().value_or(-1), i);
    }
}

} // namespace base
