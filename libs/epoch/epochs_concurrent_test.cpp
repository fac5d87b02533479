#include <array>
#include <memory>
#include <thread>
#include <vector>

#include "libs/epoch/epochs.hpp"
#include "testing/test.hpp"

namespace epoch {

namespace {

constexpr base::u64 kAlive = 0x600d;
constexpr base::u64 kFreed = 0xdead;

struct Thing {
    std::atomic<base::u64> state{kAlive};
};

} // namespace

/// Two look at what a third replaces and frees: whoever found a thing while inside finds it alive until it leaves.
TEST(Epochs, NothingIsFreedUnderWhoeverFoundIt) {
    constexpr int kReplacements = 300;
    std::array<Place, 3> places;
    Epochs epochs;
    epochs.start(places);
    std::array<Thing, 4> things;
    std::atomic<Thing*> shown{things.data()};
    std::atomic<bool> stop{false};
    std::atomic<bool> saw_freed{false};
    std::vector<std::thread> readers;
    for (base::u32 cpu = 0; cpu < 2; ++cpu) {
        readers.emplace_back([&, cpu] {
            while (!stop) {
                epochs.enter(cpu);
                const Thing* const found = shown.load(std::memory_order_seq_cst);
                for (int look = 0; look < 8; ++look) {
                    saw_freed = saw_freed || found->state.load(std::memory_order_relaxed) == kFreed;
                }
                epochs.leave(cpu);
            }
        });
    }
    for (int i = 1; i <= kReplacements; ++i) {
        Thing& next = things.at(static_cast<std::size_t>(i) % things.size());
        next.state = kAlive;
        Thing* const old = shown.exchange(&next);
        const auto hidden = epochs.now();
        while (!epochs.is_over(hidden)) {
            epochs.advance();
            std::this_thread::yield();
        }
        old->state = kFreed;
    }
    stop = true;
    for (auto& reader : readers) {
        reader.join();
    }
    EXPECT_FALSE(saw_freed);
}

} // namespace epoch
