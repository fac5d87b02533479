#include "libs/address_wait/waiting_table.hpp"

#include <array>
#include <deque>
#include <vector>

#include "libs/address_wait/fake_waits.hpp"
#include "testing/test.hpp"

namespace address_wait {

using base::u32;

namespace {

constexpr Word kFirst{.object = 1, .offset = 0};
constexpr Word kSecond{.object = 1, .offset = 4};
constexpr u32 kAll = ~u32{0};
constexpr auto kHolds = [] { return true; };

using Numbers = std::vector<int>;

auto note(Numbers& numbers) {
    return [&numbers](Waiter& waiter) { numbers.push_back(static_cast<FakeWaiter&>(waiter).number); };
}

/// A table in which nobody waits when it ends.
class Waits {
  public:
    Waits() = default;
    Waits(const Waits&) = delete;
    Waits& operator=(const Waits&) = delete;

    ~Waits() {
        for (FakeWaiter& waiter : waiters_) {
            static_cast<void>(table.take(waiter));
        }
    }

    FakeWaiter& add(Word word) {
        FakeWaiter& waiter = waiters_.emplace_back(static_cast<int>(waiters_.size()));
        EXPECT_TRUE(table.wait(waiter, word, kHolds));
        return waiter;
    }

    Numbers wake(Word word, u32 most) {
        Numbers woken;
        EXPECT_EQ(table.wake(word, most, note(woken)), woken.size());
        return woken;
    }

    std::optional<Counts> requeue(Word from, Word to, Counts most, Numbers& woken) {
        return table.requeue(from, to, most, kHolds, note(woken), [](Waiter&) {});
    }

    FakeTable table;

  private:
    std::deque<FakeWaiter> waiters_;
};

/// Another word whose bucket is that of `word`.
Word beside(Word word) {
    Word other = word;
    do {
        other.offset += 4;
    } while (FakeTable::bucket_of(other) != FakeTable::bucket_of(word));
    return other;
}

} // namespace

TEST(WaitingTable, NeighborsHaveDifferentBuckets) {
    std::array<u32, FakeTable::kBuckets> words{};
    constexpr u32 kEach = 16;
    for (base::u64 object = 1; object <= kEach; ++object) {
        for (base::u64 index = 0; index < FakeTable::kBuckets; ++index) {
            ++words.at(FakeTable::bucket_of({.object = object, .offset = 4 * index}));
        }
    }
    for (const u32 count : words) {
        EXPECT_TRUE(count != 0 && count < 4 * kEach);
    }
}

TEST(WaitingTable, WakesInTheOrderOfWaiting) {
    Waits waits;
    for (int i = 0; i < 5; ++i) {
        waits.add(kFirst);
    }
    EXPECT_EQ(waits.wake(kFirst, 2), (Numbers{0, 1}));
    EXPECT_EQ(waits.wake(kFirst, kAll), (Numbers{2, 3, 4}));
    EXPECT_EQ(waits.wake(kFirst, kAll), Numbers{});
}

TEST(WaitingTable, WakesNoneForNone) {
    Waits waits;
    waits.add(kFirst);
    EXPECT_EQ(waits.wake(kFirst, 0), Numbers{});
    EXPECT_EQ(waits.wake(kFirst, 1), Numbers{0});
}

TEST(WaitingTable, WordsAreApart) {
    Waits waits;
    const Word other_object{.object = 2, .offset = 0};
    const Word same_bucket = beside(kFirst);
    waits.add(kFirst);
    waits.add(kSecond);
    waits.add(other_object);
    waits.add(same_bucket);
    EXPECT_EQ(waits.wake(kSecond, kAll), Numbers{1});
    EXPECT_EQ(waits.wake(same_bucket, kAll), Numbers{3});
    EXPECT_EQ(waits.wake(other_object, kAll), Numbers{2});
    EXPECT_EQ(waits.wake(kFirst, kAll), Numbers{0});
}

TEST(WaitingTable, WhatDoesNotHoldIsNotWaitedFor) {
    FakeTable table;
    FakeWaiter waiter;
    EXPECT_FALSE(table.wait(waiter, kFirst, [] { return false; }));
    EXPECT_FALSE(table.take(waiter));
    EXPECT_EQ(table.wake(kFirst, kAll, [](Waiter&) {}), 0U);
}

TEST(WaitingTable, WhoWasTakenIsNotWoken) {
    Waits waits;
    waits.add(kFirst);
    FakeWaiter& taken = waits.add(kFirst);
    waits.add(kFirst);
    EXPECT_TRUE(waits.table.take(taken));
    EXPECT_FALSE(waits.table.take(taken));
    EXPECT_EQ(waits.wake(kFirst, kAll), (Numbers{0, 2}));
    EXPECT_TRUE(waits.table.wait(taken, kSecond, kHolds));
    EXPECT_EQ(waits.wake(kSecond, kAll), Numbers{1});
    EXPECT_FALSE(waits.table.take(taken));
}

TEST(WaitingTable, RequeueWakesSomeAndMovesOthers) {
    for (const Word target : {kSecond, beside(kFirst)}) {
        Waits waits;
        waits.add(target);
        for (int i = 1; i < 7; ++i) {
            waits.add(kFirst);
        }
        Numbers woken;
        EXPECT_EQ(waits.requeue(kFirst, target, {.woken = 2, .moved = 3}, woken), (Counts{.woken = 2, .moved = 3}));
        EXPECT_EQ(woken, (Numbers{1, 2}));
        waits.add(target);
        EXPECT_EQ(waits.wake(kFirst, kAll), Numbers{6});
        EXPECT_EQ(waits.wake(target, kAll), (Numbers{0, 3, 4, 5, 7}));
    }
}

TEST(WaitingTable, RequeueMovesNoMoreThanThereAre) {
    Waits waits;
    Numbers woken;
    EXPECT_EQ(waits.requeue(kFirst, kSecond, {.woken = kAll, .moved = kAll}, woken), Counts{});
    waits.add(kFirst);
    EXPECT_EQ(waits.requeue(kFirst, kSecond, {.woken = 0, .moved = kAll}, woken), (Counts{.woken = 0, .moved = 1}));
    EXPECT_EQ(waits.requeue(kSecond, kFirst, {.woken = 1, .moved = kAll}, woken), (Counts{.woken = 1, .moved = 0}));
    EXPECT_EQ(woken, Numbers{0});
}

TEST(WaitingTable, RequeueDoesNothingWhereItDoesNotHold) {
    Waits waits;
    waits.add(kFirst);
    EXPECT_FALSE(
        waits.table
            .requeue(
                kFirst, kSecond, {.woken = 1, .moved = 1}, [] { return false; }, [](Waiter&) {}, [](Waiter&) {})
            .has_value());
    EXPECT_EQ(waits.wake(kSecond, kAll), Numbers{});
    EXPECT_EQ(waits.wake(kFirst, kAll), Numbers{0});
}

TEST(WaitingTable, TellsOfTheFirstOfThoseWhoWaitOn) {
    Waits waits;
    constexpr u32 kMany = FakeTable::kMostLeft + 3;
    for (u32 count = 0; count < kMany; ++count) {
        waits.add(kFirst);
        waits.add(beside(kFirst));
    }
    Numbers woken;
    Numbers left;
    EXPECT_EQ(waits.table.wake(kFirst, 2, note(woken), note(left)), 2U);
    EXPECT_EQ(woken, (Numbers{0, 2}));
    EXPECT_EQ(left.size(), FakeTable::kMostLeft);
    EXPECT_TRUE(left.front() == 4 && left.back() == 2 * static_cast<int>(FakeTable::kMostLeft) + 2);
    left.clear();
    EXPECT_EQ(waits.table.wake(kFirst, kMany, note(woken), note(left)), kMany - 2);
    EXPECT_EQ(left, Numbers{});
}

TEST(WaitingTable, WhoWasMovedCanBeTaken) {
    Waits waits;
    FakeWaiter& waiter = waits.add(kFirst);
    Numbers woken;
    waits.requeue(kFirst, kSecond, {.woken = 0, .moved = 1}, woken);
    EXPECT_EQ(waiter.word(), kSecond);
    EXPECT_TRUE(waits.table.take(waiter));
    EXPECT_EQ(waits.wake(kSecond, kAll), Numbers{});
}

} // namespace address_wait
