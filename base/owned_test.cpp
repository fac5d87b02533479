#include "base/owned.hpp"

#include <concepts>
#include <utility>

#include "testing/test.hpp"

namespace base {

namespace {

/// Gives integers back by counting them in their pool.
struct ReturnTo {
    int* returned = nullptr;

    void operator()(int& value) const { *returned += value; }
};

struct Forget {
    void operator()(int&) const {}
};

using OwnedInt = Owned<int, ReturnTo>;

OwnedInt pass_on(OwnedInt value) { return value; }

struct Holder {
    OwnedInt member;
};

} // namespace

static_assert(!std::copyable<OwnedInt> && std::movable<OwnedInt>);
static_assert(sizeof(Owned<int, Forget>) == sizeof(int*));

TEST(Owned, ReturnsItsObjectAtTheEnd) {
    int returned = 0;
    int value = 5;
    {
        const OwnedInt owned(value, {&returned});
        EXPECT_EQ(*owned, 5);
        EXPECT_TRUE(owned.operator->() == &value);
        EXPECT_EQ(returned, 0);
    }
    EXPECT_EQ(returned, 5);
}

TEST(Owned, MovesItsOwnership) {
    int returned = 0;
    int value = 5;
    {
        OwnedInt first(value, {&returned});
        const OwnedInt second = pass_on(std::move(first));
        EXPECT_FALSE(static_cast<bool>(first)); // NOLINT: empty after the move
        EXPECT_TRUE(static_cast<bool>(second));
        EXPECT_EQ(returned, 0);
    }
    EXPECT_EQ(returned, 5);
}

TEST(Owned, AssignmentReturnsWhatItHeld) {
    int returned = 0;
    int one = 1;
    int ten = 10;
    OwnedInt owned(one, {&returned});
    owned = OwnedInt(ten, {&returned});
    EXPECT_EQ(returned, 1);
    EXPECT_EQ(*owned, 10);
    owned.reset();
    EXPECT_EQ(returned, 11);
}

TEST(Owned, AssignmentToItselfKeeps) {
    int returned = 0;
    int value = 3;
    Holder holder{OwnedInt(value, {&returned})};
    Holder& same = holder;
    holder.member = std::move(same.member);
    EXPECT_EQ(returned, 0);
    EXPECT_EQ(*holder.member, 3);
}

TEST(Owned, ReleaseKeepsTheObject) {
    int returned = 0;
    int value = 5;
    {
        OwnedInt owned(value, {&returned});
        EXPECT_TRUE(&owned.release() == &value);
    }
    EXPECT_EQ(returned, 0);
}

TEST(Owned, AnEmptyOneReturnsNothing) {
    OwnedInt empty;
    EXPECT_FALSE(static_cast<bool>(empty));
    empty.reset();
    int value = 1;
    const Owned<int, Forget> forgotten(value);
    EXPECT_EQ(*forgotten, 1);
}

} // namespace base
