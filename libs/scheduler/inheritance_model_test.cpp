/// Random waits against a model that computes all ranks anew from the waits that are followed.
#include <array>
#include <random>

#include "libs/scheduler/inheritance.hpp"
#include "testing/test.hpp"

namespace scheduler {

namespace {

using base::u64;
using base::usize;

constexpr usize kThreads = 24;
constexpr usize kWaits = 40;

struct Thread : Inheritor {
    Thread() : Inheritor(Rank{2}, &Thread::note) {}

    static void note(Inheritor& inheritor) {
        auto& thread = static_cast<Thread&>(inheritor);
        thread.told = thread.rank();
    }

    Rank told{2};
};

class Model {
  public:
    explicit Model(u64 seed) : random_(seed) {}

    ~Model() {
        for (Edge& edge : edges_) {
            if (edge.wait.is_begun()) {
                edge.wait.end();
            }
        }
        for (const Thread& thread : threads_) {
            EXPECT_TRUE(thread.rank() == thread.own_rank()); // restored exactly
        }
    }

    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    void step() {
        Edge& edge = edges_.at(random_() % kWaits);
        if (random_() % 3 == 0) {
            threads_.at(random_() % kThreads).set_own_rank(Rank{static_cast<base::u8>(random_() % Rank::kCount)});
        } else if (edge.wait.is_begun()) {
            edge.wait.end();
        } else {
            edge.waiter = random_() % kThreads;
            edge.holder = random_() % kThreads;
            edge.wait.begin(threads_.at(edge.waiter), threads_.at(edge.holder));
        }
        check();
    }

  private:
    struct Edge {
        Wait wait;
        usize waiter = 0;
        usize holder = 0;
    };

    /// As many rounds as there are threads are enough: what is followed has no cycle.
    void check() {
        std::array<Rank, kThreads> ranks;
        std::array<usize, kThreads> heights{};
        for (usize index = 0; index < kThreads; ++index) {
            ranks.at(index) = threads_.at(index).own_rank();
        }
        for (usize round = 0; round < kThreads; ++round) {
            for (const Edge& edge : edges_) {
                if (edge.wait.is_followed()) {
                    ranks.at(edge.holder) = std::max(ranks.at(edge.holder), ranks.at(edge.waiter));
                    heights.at(edge.holder) = std::max(heights.at(edge.holder), heights.at(edge.waiter) + 1);
                }
            }
        }
        for (usize index = 0; index < kThreads; ++index) {
            EXPECT_TRUE(threads_.at(index).rank() == ranks.at(index) && threads_.at(index).told == ranks.at(index));
            EXPECT_LE(heights.at(index), Inheritor::kLongestChain);
        }
    }

    std::mt19937_64 random_;
    std::array<Thread, kThreads> threads_;
    std::array<Edge, kWaits> edges_;
};

} // namespace

TEST(InheritanceModel, AgreesWithRanksThatAreComputedAnew) {
    for (u64 seed = 1; seed <= 6; ++seed) {
        Model model(seed);
        for (int step = 0; step < 4000; ++step) {
            model.step();
            ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", step " << step;
        }
    }
}

} // namespace scheduler
