#include "libs/scheduler/inheritance.hpp"

#include <array>
#include <vector>

#include "testing/test.hpp"

namespace scheduler {

using base::usize;

namespace {

constexpr Rank kIdle{0};
constexpr Rank kFair{2};

constexpr Rank urgent(base::u8 priority) { return Rank::of_priority(priority); }

struct Thread : Inheritor {
    explicit Thread(Rank rank = kFair) : Inheritor(rank, &Thread::note) {}

    static void note(Inheritor& inheritor) { ++static_cast<Thread&>(inheritor).changes; }

    int changes = 0;
    Wait wait;
};

} // namespace

TEST(RankedList, KnowsItsHighest) {
    RankedList list;
    std::array<Ranked, 6> ranked;
    EXPECT_TRUE(list.is_empty() && list.highest() == Rank{});
    const auto add = [&](usize index, base::u8 rank, base::u8 highest) {
        list.add(ranked.at(index), Rank{rank});
        EXPECT_TRUE(list.highest() == Rank{highest});
    };
    const auto remove = [&](usize index, base::u8 highest) {
        list.remove(ranked.at(index));
        EXPECT_TRUE(list.highest() == Rank{highest});
    };
    add(0, 5, 5);
    add(1, 0, 5);
    add(2, 101, 101);
    add(3, 101, 101);
    add(4, 7, 101);
    add(5, 101, 101);
    remove(3, 101);
    remove(2, 101);
    remove(5, 7);
    add(2, 7, 7);
    remove(4, 7);
    remove(2, 5);
    remove(0, 0);
    EXPECT_FALSE(list.is_empty());
    remove(1, 0);
    EXPECT_TRUE(list.is_empty());
}

TEST(Inheritance, OneRunsWithTheHighestOfThoseWhoWaitForIt) {
    Thread server;
    Thread low(urgent(5));
    Thread high(urgent(50));
    Thread idle(kIdle);
    idle.wait.begin(idle, server);
    EXPECT_TRUE(server.rank() == kFair && server.changes == 0);
    low.wait.begin(low, server);
    high.wait.begin(high, server);
    EXPECT_TRUE(server.rank() == urgent(50) && server.is_boosted() && server.changes == 2);
    high.wait.end();
    EXPECT_TRUE(server.rank() == urgent(5));
    server.set_own_rank(urgent(7));
    EXPECT_TRUE(server.rank() == urgent(7) && !server.is_boosted());
    server.set_own_rank(kIdle);
    EXPECT_TRUE(server.rank() == urgent(5));
    low.wait.end();
    EXPECT_TRUE(server.rank() == kIdle); // nobody makes it run later than it is itself
    idle.wait.end();
}

TEST(Inheritance, GoesDownAChainOfSixteen) {
    std::array<Thread, 18> threads;
    for (usize index = 0; index + 1 < threads.size(); ++index) {
        threads[index].wait.begin(threads[index], threads[index + 1]);
    }
    EXPECT_TRUE(threads[15].wait.is_followed() && !threads[16].wait.is_followed());
    threads[0].set_own_rank(urgent(9));
    for (usize index = 0; index < threads.size(); ++index) {
        EXPECT_TRUE(threads[index].rank() == (index <= 16 ? urgent(9) : kFair));
    }
    threads[0].set_own_rank(kFair);
    for (Thread& thread : threads) {
        EXPECT_TRUE(thread.rank() == kFair);
    }
    threads[7].set_own_rank(urgent(3));
    threads[7].wait.end();
    EXPECT_TRUE(threads[8].rank() == kFair && threads[16].rank() == kFair);
    EXPECT_TRUE(threads[16].wait.is_followed()); // the chain is short enough now
    for (Thread& thread : threads) {
        if (thread.wait.is_begun()) {
            thread.wait.end();
        }
    }
}

TEST(Inheritance, AChainThatIsMadeFromItsEndIsNoLonger) {
    std::array<Thread, 18> threads;
    for (usize index = threads.size() - 1; index-- != 0;) {
        threads[index].wait.begin(threads[index], threads[index + 1]);
    }
    EXPECT_TRUE(!threads[0].wait.is_followed() && threads[1].wait.is_followed());
    for (usize index = 0; index + 1 < threads.size(); ++index) {
        threads[index].wait.end();
    }
}

TEST(Inheritance, ACycleEndsAtOneThatIsBoosted) {
    std::array<Thread, 3> threads;
    Thread outside(urgent(40));
    for (usize index = 0; index < threads.size(); ++index) {
        threads[index].wait.begin(threads[index], threads[(index + 1) % threads.size()]);
    }
    EXPECT_TRUE(!threads[2].wait.is_followed());
    outside.wait.begin(outside, threads[1]);
    EXPECT_TRUE(threads[1].rank() == urgent(40) && threads[2].rank() == urgent(40));
    EXPECT_TRUE(threads[0].rank() == kFair);
    outside.wait.end();
    for (Thread& thread : threads) {
        EXPECT_TRUE(thread.rank() == kFair); // nothing of it goes round
    }
    threads[0].set_own_rank(urgent(8));
    threads[0].wait.end(); // it gave up: what closed the cycle closes none now
    EXPECT_TRUE(threads[2].wait.is_followed());
    threads[0].set_own_rank(kFair);
    threads[1].set_own_rank(urgent(6));
    EXPECT_TRUE(threads[0].rank() == urgent(6));
    threads[1].wait.end();
    threads[2].wait.end();
    EXPECT_TRUE(threads[0].rank() == kFair);
}

TEST(Inheritance, OneThatWaitsForItselfInheritsNothing) {
    Thread thread(urgent(3));
    thread.wait.begin(thread, thread);
    EXPECT_TRUE(!thread.wait.is_followed() && thread.rank() == urgent(3));
    thread.wait.end();
}

TEST(Inheritance, OneMayWaitForSeveral) {
    Thread client(urgent(20));
    Thread left;
    Thread right;
    Thread store;
    Wait to_left;
    Wait to_right;
    to_left.begin(client, left);
    to_right.begin(client, right);
    left.wait.begin(left, store);
    right.wait.begin(right, store);
    EXPECT_TRUE(left.rank() == urgent(20) && right.rank() == urgent(20) && store.rank() == urgent(20));
    client.set_own_rank(urgent(30));
    EXPECT_TRUE(store.rank() == urgent(30));
    to_left.end();
    EXPECT_TRUE(left.rank() == kFair && store.rank() == urgent(30));
    client.set_own_rank(kFair);
    EXPECT_TRUE(right.rank() == kFair && store.rank() == kFair);
    left.wait.end();
    right.wait.end();
    to_right.end();
}

TEST(Inheritance, WhoIsWaitedForLendsByOneWait) {
    Thread client(urgent(20));
    Thread server(urgent(5));
    Thread left;
    Thread right;
    Wait to_left;
    Wait to_right;
    to_left.begin(server, left);
    to_right.begin(server, right);
    EXPECT_TRUE(left.rank() == urgent(5) && right.rank() == urgent(5));
    client.wait.begin(client, server);
    EXPECT_TRUE(left.rank() == urgent(20) && right.rank() == kFair);
    to_left.end(); // the other one has its turn
    EXPECT_TRUE(left.rank() == kFair && right.rank() == urgent(20));
    to_left.begin(server, left);
    EXPECT_FALSE(to_left.is_followed());
    client.wait.end(); // nobody waits for it any more
    EXPECT_TRUE(left.rank() == urgent(5) && right.rank() == urgent(5));
    to_left.end();
    to_right.end();
    EXPECT_TRUE(left.rank() == kFair && right.rank() == kFair);
}

TEST(Inheritance, WhoWaitsForManyLendsToSome) {
    Thread client(urgent(20));
    std::array<Thread, Inheritor::kMostLent + 1> servers;
    std::array<Wait, Inheritor::kMostLent + 1> waits;
    for (usize index = 0; index < servers.size(); ++index) {
        waits.at(index).begin(client, servers.at(index));
    }
    EXPECT_TRUE(servers[Inheritor::kMostLent - 1].rank() == urgent(20) && !waits.back().is_followed());
    waits.front().end();
    EXPECT_TRUE(servers.back().rank() == urgent(20));
    for (Wait& wait : waits) {
        if (wait.is_begun()) {
            wait.end();
        }
    }
}

TEST(Inheritance, MoreThanAreCountedAreNotFollowed) {
    Thread server;
    std::vector<Thread> clients(Inheritor::kMostBorrowed);
    for (Thread& client : clients) {
        client.wait.begin(client, server);
    }
    Thread last(urgent(9));
    last.wait.begin(last, server);
    EXPECT_TRUE(!last.wait.is_followed() && server.rank() == kFair);
    for (Thread& client : clients) {
        client.wait.end();
    }
    last.wait.end();
    last.wait.begin(last, server);
    EXPECT_TRUE(server.rank() == urgent(9));
    last.wait.end();
}

TEST(Inheritance, ALockThatIsHandedOnIsInheritedByItsNextOwner) {
    Thread first;
    Thread second;
    Thread high(urgent(60));
    second.wait.begin(second, first);
    high.wait.begin(high, first);
    EXPECT_TRUE(first.rank() == urgent(60));
    second.wait.end();
    high.wait.move(second);
    EXPECT_TRUE(first.rank() == kFair && second.rank() == urgent(60));
    high.wait.end();
    EXPECT_TRUE(second.rank() == kFair);
}

} // namespace scheduler
