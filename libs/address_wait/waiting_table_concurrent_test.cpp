#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "libs/address_wait/fake_waits.hpp"
#include "testing/test.hpp"

namespace address_wait {

using base::u32;

namespace {

constexpr Word kTurn{.object = 1, .offset = 0};
constexpr Word kOther{.object = 1, .offset = 4};

struct Sleeper : Waiter {
    std::atomic<bool> is_woken{false};
};

void wake_up(Waiter& waiter) { static_cast<Sleeper&>(waiter).is_woken.store(true, std::memory_order_release); }

/// Waits, if it has to, until `turn` is no longer `seen`. False: it is never woken.
bool sleep_while(FakeTable& table, const std::atomic<u32>& turn, u32 seen) {
    constexpr int kPatience = 10'000'000;
    Sleeper sleeper;
    if (!table.wait(sleeper, kTurn, [&] { return turn.load(std::memory_order_relaxed) == seen; })) {
        return true;
    }
    for (int patience = kPatience; !sleeper.is_woken.load(std::memory_order_acquire); --patience) {
        if (patience == 0 && table.take(sleeper)) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

} // namespace

TEST(WaitingTableConcurrent, NoWakeIsLost) {
    constexpr u32 kTurns = 1'000;
    FakeTable table;
    std::atomic<u32> turn{0};
    std::atomic<bool> is_lost{false};
    const auto take_turns = [&](u32 own) {
        for (u32 now = 0; now < kTurns && !is_lost;) {
            now = turn.load(std::memory_order_relaxed);
            if (now % 2 == own) {
                turn.store(now + 1, std::memory_order_relaxed);
                table.wake(kTurn, 1, wake_up);
            } else if (!sleep_while(table, turn, now)) {
                is_lost = true;
            }
        }
    };
    std::thread other([&] { take_turns(1); });
    take_turns(0);
    other.join();
    EXPECT_FALSE(is_lost);
}

TEST(WaitingTableConcurrent, EachIsTakenOnceHoweverItIsMoved) {
    constexpr int kRounds = 2'000;
    constexpr std::size_t kSleepers = 8;
    FakeTable table;
    std::atomic<bool> over{false};
    std::thread mover([&] {
        const auto always = [] { return true; };
        while (!over) {
            table.requeue(kTurn, kOther, {.woken = 0, .moved = 3}, always, wake_up, [](Waiter&) {});
            table.requeue(kOther, kTurn, {.woken = 0, .moved = 3}, always, wake_up, [](Waiter&) {});
        }
    });
    std::thread waker([&] {
        while (!over) {
            table.wake(kOther, 1, wake_up);
        }
    });
    for (int round = 0; round < kRounds; ++round) {
        std::array<Sleeper, kSleepers> sleepers;
        for (Sleeper& sleeper : sleepers) {
            table.wait(sleeper, kTurn, [] { return true; });
        }
        for (Sleeper& sleeper : sleepers) {
            if (!table.take(sleeper)) {
                while (!sleeper.is_woken.load(std::memory_order_acquire)) {
                    std::this_thread::yield();
                }
            }
        }
    }
    over = true;
    mover.join();
    waker.join();
}

} // namespace address_wait
