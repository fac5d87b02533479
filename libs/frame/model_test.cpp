// Random operations, against a model that only remembers who has what.
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "libs/frame/fake_machine.hpp"
#include "testing/test.hpp"

namespace frame {

using base::u16;
using base::u64;

namespace {

constexpr u64 kMemory = 96 * kFramesPerMiB;
constexpr u64 kRangeSize = 1000;
constexpr int kSteps = 3'000'000;
constexpr std::size_t kMostBlocks = 4000;

class Model {
  public:
    Model() : machine_(kFramesPerGiB, Topology(2)), taken_(kMemory) {
        add(0, kMemory / 2, 0);
        add(kMemory / 2, kMemory - 4 * kRangeSize, 1);
        for (int i = 4; i > 0; --i) {
            add(kMemory - static_cast<u64>(i) * kRangeSize, kMemory - static_cast<u64>(i - 1) * kRangeSize, 0);
        }
        machine_.add_cpu(0);
        machine_.add_cpu(1);
    }

    void step() {
        const u64 choice = random_() % 100;
        if (choice < 45 && blocks_.size() < kMostBlocks) {
            take_one();
        } else if (choice < 60 && blocks_.size() < kMostBlocks) {
            take_block();
        } else if (choice < 62) {
            take_run();
        } else if (choice < 97) {
            give_one();
        } else if (choice == 97) {
            split_one();
        } else if (choice == 98) {
            zero_one();
        } else {
            move_a_range();
        }
    }

    void check() {
        u64 used = 0;
        for (const Block& block : blocks_) {
            used += block.count;
            for (Number piece = block.frame; piece < block.frame + block.count;) {
                const State state = machine_.allocator.records().at(piece).state();
                ASSERT_EQ(state.kind(), Kind::Used);
                piece += frames_in(state.order());
            }
        }
        ASSERT_EQ(machine_.used(), used);
        const Counts counts = machine_.counts();
        ASSERT_EQ(counts.free + counts.used + counts.metadata + counts.withdrawn, kMemory - kFirst);
    }

    void end() {
        while (!blocks_.empty()) {
            give_one();
        }
        for (u16 slot = 0; slot < slots_; ++slot) {
            while (!*machine_.allocator.online_range(slot)) {
            }
        }
        machine_.drain_all();
        EXPECT_EQ(machine_.counts().used, 0U);
        EXPECT_EQ(machine_.counts().withdrawn, 0U);
        const Policy second{.kind = Policy::Kind::Bind, .nodes = 2};
        EXPECT_TRUE(machine_.allocator.allocate(nullptr, {.order = 12, .policy = second}).has_value());
    }

  private:
    static constexpr Number kFirst = 16;

    struct Block {
        Number frame;
        u64 count;
    };

    void add(Number start, Number end, base::u8 node) {
        EXPECT_EQ(*machine_.allocator.add_range(std::max(start, kFirst), end, node), slots_++);
    }

    CpuCache* any_cpu() {
        const u64 cpu = random_() % 3;
        return cpu == 2 ? nullptr : &machine_.caches[cpu];
    }

    void remember(Number frame, u64 count) {
        ASSERT_TRUE(frame >= kFirst && count <= kMemory - frame);
        for (u64 i = 0; i < count; ++i) {
            ASSERT_FALSE(taken_[frame + i]);
            taken_[frame + i] = true;
        }
        blocks_.push_back({frame, count});
    }

    void take_one() {
        CpuCache* const cpu = any_cpu();
        const bool zeroed = cpu != nullptr && random_() % 4 == 0;
        const auto frame = zeroed ? machine_.allocator.allocate_zeroed(*cpu) : machine_.allocator.allocate(cpu, {});
        if (frame) {
            remember(*frame, 1);
        } else {
            EXPECT_TRUE(zeroed || machine_.counts().free == 0);
        }
    }

    void take_block() {
        const unsigned order = static_cast<unsigned>(random_() % 11);
        if (const auto frame = machine_.allocator.allocate(any_cpu(), {.order = order, .policy = any_policy()})) {
            EXPECT_EQ(*frame % frames_in(order), 0U);
            remember(*frame, frames_in(order));
        }
    }

    Policy any_policy() {
        return {.kind = static_cast<Policy::Kind>(random_() % 3), .nodes = static_cast<NodeSet>(1 + random_() % 3)};
    }

    void take_run() {
        const u64 count = 1 + random_() % 300;
        if (const auto frame = machine_.allocator.allocate_run(any_cpu(), count, any_policy())) {
            remember(*frame, count);
        }
    }

    std::optional<Block> forget_one() {
        if (blocks_.empty()) {
            return std::nullopt;
        }
        std::swap(blocks_[random_() % blocks_.size()], blocks_.back());
        const Block block = blocks_.back();
        blocks_.pop_back();
        return block;
    }

    void give_one() {
        if (const auto block = forget_one()) {
            for (u64 i = 0; i < block->count; ++i) {
                taken_[block->frame + i] = false;
            }
            if (block->count == frames_in(machine_.allocator.records().at(block->frame).state().order())) {
                machine_.allocator.free(any_cpu(), block->frame);
            } else {
                machine_.allocator.free_run(block->frame, block->count);
            }
        }
    }

    void split_one() {
        const auto block = forget_one();
        if (!block) {
            return;
        }
        const unsigned order = machine_.allocator.records().at(block->frame).state().order();
        if (order > Depot::kLargestSplit || frames_in(order) != block->count ||
            !machine_.allocator.split(block->frame)) {
            blocks_.push_back(*block);
            return;
        }
        for (u64 i = 0; i < block->count; ++i) {
            blocks_.push_back({block->frame + i, 1});
        }
    }

    void zero_one() {
        const auto node = static_cast<base::u8>(random_() % 2);
        if (const auto frame = machine_.allocator.begin_zeroing(node, 64)) {
            EXPECT_FALSE(taken_[*frame]);
            machine_.allocator.end_zeroing(*frame);
        }
    }

    void move_a_range() {
        const auto slot = static_cast<u16>(random_() % slots_);
        if (random_() % 8 == 0) {
            EXPECT_TRUE(machine_.allocator.offline_range(slot).has_value());
        } else {
            EXPECT_TRUE(machine_.allocator.online_range(slot).has_value());
        }
    }

    FakeMachine machine_;
    std::mt19937_64 random_{12345};
    std::vector<bool> taken_;
    std::vector<Block> blocks_;
    u16 slots_ = 0;
};

} // namespace

TEST(FrameModel, AgreesWithTheAllocator) {
    Model model;
    for (int step = 0; step < kSteps; ++step) {
        model.step();
        if (step % 10'000 == 0) {
            model.check();
        }
        if (testing::Test::HasFailure()) {
            ADD_FAILURE() << "at step " << step;
            return;
        }
    }
    model.check();
    model.end();
}

} // namespace frame
