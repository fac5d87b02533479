// Our own bugs, each of which must end in a report. On the host only: each case dies in a process of its own.
#include <array>

#include "base/assert.hpp"
#include "base/bit_field.hpp"
#include "base/guarded.hpp"
#include "base/intrusive_list.hpp"
#include "base/intrusive_tree.hpp"
#include "base/lock_order.hpp"
#include "base/owned.hpp"
#include "base/ref_ptr.hpp"
#include "base/spin_lock.hpp"
#include "testing/test.hpp"

namespace base {

namespace {

constexpr LockClass kLow{.rank = 1, .name = "low"};
constexpr LockClass kHigh{.rank = 2, .name = "high"};
constexpr std::array<LockClass, HeldLocks::kMaximum + 1> kMany{
    {{1, "1"}, {2, "2"}, {3, "3"}, {4, "4"}, {5, "5"}, {6, "6"}, {7, "7"}, {8, "8"}, {9, "9"}}};

struct NoContext {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() {}
};

template <const LockClass& kClass>
using GuardedInt = Guarded<int, SpinLock<NoContext>, kClass>;

struct Object : RefCounted<Object> {
    static void destroy(Object&) {}
};

struct Element : ListLink<>, TreeLink<> {
    int key = 0;
};

using List = IntrusiveList<Element>;
using Tree = IntrusiveTree<Element, &Element::key>;

struct Forget {
    void operator()(int&) const {}
};

struct Holder {
    Owned<int, Forget> member;
};

void take_all(HeldLocks& held) {
    for (const LockClass& each : kMany) {
        held.acquire(each);
    }
}

void die_in_list() {
    List list;
    Element element;
    list.push_back(element);
}

void die_in_tree() {
    Element element;
    Tree tree;
    tree.insert(element);
}

} // namespace

TEST(AssertDeath, SaysWhatAndWhere) {
    const int two = 2;
    ASSERT(two == 2);
    EXPECT_DEATH(ASSERT(two == 3), "death_test.cpp:[0-9]+: assertion failed: two == 3");
    EXPECT_DEATH(ASSERT(two == 3, "no third"), "two == 3, no third");
}

TEST(HeldLocksDeath, WrongOrder) {
    HeldLocks held;
    held.acquire(kHigh);
    EXPECT_DEATH(held.acquire(kLow), "lock order: low taken under high");
    EXPECT_DEATH(held.acquire(kHigh), "lock order: high taken under high");
}

TEST(HeldLocksDeath, TooMany) {
    HeldLocks held;
    EXPECT_DEATH(take_all(held), "too many locks");
}

TEST(HeldLocksDeath, NotHeld) {
    HeldLocks held;
    held.acquire(kLow);
    EXPECT_DEATH(held.release(kHigh), "not held");
}

TEST(GuardedDeath, WrongOrder) {
    GuardedInt<kLow> low(1);
    GuardedInt<kHigh> high(2);
    EXPECT_DEATH(high.with([&](int&) { low.with([](int&) {}); }), "lock order: low taken under high");
    // Without the check this would wait for itself forever.
    EXPECT_DEATH(low.with([&](int&) { low.with([](int&) {}); }), "lock order: low taken under low");
}

TEST(BitFieldDeath, ValueTooLarge) {
    u64 seven = 7;
    using Narrow = BitField<u64, 4, 2>;
    EXPECT_DEATH(static_cast<void>(Narrow::set(0, seven)), "does not fit");
}

TEST(RefPtrDeath, NullIsNotUsed) {
    const RefPtr<Object> null;
    EXPECT_DEATH(*null, "null RefPtr");
}

TEST(RefPtrDeath, DeadObjectsStayDead) {
    Object object;
    object.drop_reference();
    EXPECT_DEATH(static_cast<void>(RefPtr<Object>::share(object)), "dead object");
    EXPECT_DEATH(object.drop_reference(), "dropped twice");
}

TEST(OwnedDeath, EmptyMembersAreNotUsed) {
    Holder holder;
    EXPECT_DEATH(*holder.member, "empty Owned");
    EXPECT_DEATH(static_cast<void>(holder.member.operator->()), "empty Owned");
    EXPECT_DEATH(static_cast<void>(holder.member.release()), "empty Owned");
}

TEST(IntrusiveListDeath, LinksAreChecked) {
    List list;
    Element element;
    EXPECT_DEATH(list.remove(element), "in no list");
    list.push_back(element);
    EXPECT_DEATH(list.push_back(element), "assertion failed");
    list.remove(element);
    EXPECT_DEATH(die_in_list(), "assertion failed");
}

TEST(IntrusiveTreeDeath, LinksAreChecked) {
    Tree tree;
    Element element;
    EXPECT_DEATH(tree.remove(element), "in no tree");
    tree.insert(element);
    EXPECT_DEATH(tree.insert(element), "assertion failed");
    tree.remove(element);
    EXPECT_DEATH(die_in_tree(), "a tree died with elements in it");
}

} // namespace base
