#include "base/ref_ptr.hpp"

#include "testing/test.hpp"

namespace base {

namespace {

/// Lives on the test's stack and notes that it was destroyed.
struct Object : RefCounted<Object> {
    explicit Object(int& count) : destroyed(count) {}

    static void destroy(Object& object) { ++object.destroyed; }

    int& destroyed;
};

struct Special final : Object {
    using Object::Object;
    int number = 7;
};

} // namespace

TEST(RefPtr, IsNullByDefault) {
    const RefPtr<Object> empty;
    const RefPtr<Object> null = nullptr;
    EXPECT_FALSE(static_cast<bool>(empty));
    EXPECT_TRUE(null.get() == nullptr);
    EXPECT_TRUE(empty == null);
}

TEST(RefPtr, TheLastOwnerDestroys) {
    int destroyed = 0;
    Object object(destroyed);
    {
        const RefPtr<Object> first = RefPtr<Object>::adopt(object);
        {
            const RefPtr<Object> second = first; // NOLINT: the copy is what is tested
            EXPECT_TRUE(second == first);
            const RefPtr<Object> third = RefPtr<Object>::share(*second);
            EXPECT_TRUE(third.get() == &object);
        }
        EXPECT_EQ(destroyed, 0);
    }
    EXPECT_EQ(destroyed, 1);
}

TEST(RefPtr, MovesLeaveNull) {
    int destroyed = 0;
    Object object(destroyed);
    RefPtr<Object> from = RefPtr<Object>::adopt(object);
    RefPtr<Object> to = std::move(from);
    EXPECT_FALSE(static_cast<bool>(from)); // NOLINT: a moved-from RefPtr is null
    EXPECT_TRUE(to->destroyed == 0 && &*to == &object);
    to = nullptr;
    EXPECT_EQ(destroyed, 1);
}

TEST(RefPtr, AssignmentDropsWhatItHeld) {
    int first_destroyed = 0;
    int second_destroyed = 0;
    Object first(first_destroyed);
    Object second(second_destroyed);
    RefPtr<Object> owner = RefPtr<Object>::adopt(first);
    const RefPtr<Object> other = RefPtr<Object>::adopt(second);
    owner = other;
    EXPECT_EQ(first_destroyed, 1);
    EXPECT_TRUE(owner == other);
    const RefPtr<Object>& same = owner;
    owner = same;
    EXPECT_EQ(second_destroyed, 0);
}

TEST(RefPtr, ConvertsToABase) {
    int destroyed = 0;
    Special special(destroyed);
    {
        RefPtr<Special> derived = RefPtr<Special>::adopt(special);
        EXPECT_EQ(derived->number, 7);
        const RefPtr<Object> base = std::move(derived);
        EXPECT_TRUE(base.get() == &special);
        EXPECT_EQ(destroyed, 0);
    }
    EXPECT_EQ(destroyed, 1);
}

TEST(RefPtr, ALeakedReferenceIsAdoptedAgain) {
    int destroyed = 0;
    Object object(destroyed);
    RefPtr<Object> owner = RefPtr<Object>::adopt(object);
    Object* const raw = owner.leak();
    EXPECT_FALSE(static_cast<bool>(owner));
    EXPECT_EQ(destroyed, 0);
    owner = RefPtr<Object>::adopt(*raw);
    owner = {};
    EXPECT_EQ(destroyed, 1);
}

} // namespace base
