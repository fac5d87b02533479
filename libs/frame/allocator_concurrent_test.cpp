// Several processors at once, with frames that change hands. On the host only, also under ThreadSanitizer.
#include <array>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "libs/frame/fake_machine.hpp"
#include "testing/test.hpp"

namespace frame {

using base::u16;
using base::u64;
using base::u8;

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 20'000;

/// Frames that one processor allocates and another frees.
class Exchange {
  public:
    void put(Number frame) {
        const std::lock_guard lock(mutex_);
        frames_.push_back(frame);
    }

    Number take() {
        const std::lock_guard lock(mutex_);
        if (frames_.empty()) {
            return kNone;
        }
        const Number frame = frames_.back();
        frames_.pop_back();
        return frame;
    }

  private:
    std::mutex mutex_;
    std::vector<Number> frames_;
};

void work(FakeMachine& machine, CpuCache& cpu, Exchange& exchange, unsigned seed) {
    std::minstd_rand random(seed);
    FakeAllocator& allocator = machine.allocator;
    for (int round = 0; round < kRounds; ++round) {
        if (const Number frame = exchange.take(); frame != kNone) {
            allocator.free(&cpu, frame);
        }
        const unsigned choice = random() % 16;
        const auto frame = choice == 0   ? allocator.allocate(&cpu, {.order = static_cast<unsigned>(random() % 10)})
                           : choice == 1 ? allocator.allocate_zeroed(cpu)
                                         : allocator.allocate(&cpu, {});
        if (frame) {
            allocator.records().at(*frame).set_owner(seed);
            exchange.put(*frame);
        }
        if (choice == 2) {
            if (const auto dirty = allocator.begin_zeroing(cpu.node(), 32)) {
                allocator.end_zeroing(*dirty);
            }
        }
    }
}

} // namespace

TEST(AllocatorConcurrent, NothingIsLostAndNothingGivenTwice) {
    FakeMachine machine(kFramesPerGiB, Topology(2));
    ASSERT_TRUE(machine.allocator.add_range(256, 40 * kFramesPerMiB, 0).has_value());
    ASSERT_TRUE(machine.allocator.add_range(40 * kFramesPerMiB, 80 * kFramesPerMiB, 1).has_value());
    const u16 guest = *machine.allocator.add_range(80 * kFramesPerMiB, 90 * kFramesPerMiB, 1);
    for (int i = 0; i < kThreads; ++i) {
        machine.add_cpu(static_cast<u8>(i % 2));
    }
    Exchange exchange;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] { work(machine, machine.caches[i], exchange, i + 1); });
    }
    for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(machine.allocator.offline_range(guest).has_value());
        std::this_thread::yield();
        while (!*machine.allocator.online_range(guest)) {
        }
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (Number frame = exchange.take(); frame != kNone; frame = exchange.take()) {
        machine.allocator.free(&machine.caches[0], frame);
    }
    EXPECT_EQ(machine.used(), 0U);
    machine.drain_all();
    const Counts counts = machine.counts();
    EXPECT_EQ(counts.used, 0U);
    EXPECT_EQ(counts.withdrawn, 0U);
    EXPECT_EQ(counts.free + counts.metadata, 90 * kFramesPerMiB - 256);
}

TEST(AllocatorConcurrent, SharedFramesHaveOneLastHolder) {
    FakeMachine machine(kFramesPerGiB);
    ASSERT_TRUE(machine.allocator.add_range(256, 40 * kFramesPerMiB, 0).has_value());
    constexpr int kFrames = 200;
    std::array<Number, kFrames> frames{};
    for (Number& frame : frames) {
        frame = *machine.allocator.allocate(nullptr, {});
        for (int i = 1; i < kThreads; ++i) {
            machine.allocator.records().at(frame).add_reference();
        }
    }
    std::atomic<int> last{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (const Number frame : frames) {
                last += machine.allocator.records().at(frame).drop_reference() == 1 ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(last.load(), kFrames);
}

} // namespace frame
