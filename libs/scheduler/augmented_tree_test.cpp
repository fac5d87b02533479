#include "libs/scheduler/augmented_tree.hpp"

#include <array>
#include <bit>
#include <map>
#include <random>
#include <utility>

#include "testing/test.hpp"

namespace scheduler {

namespace {

using base::u64;
using base::usize;

struct Node : AugmentedLink<Node, u64> {
    u64 key = 0;
    u64 value = 0;
};

struct ByKey {
    using Summary = u64;

    static bool is_before(const Node& a, const Node& b) { return a.key < b.key; }

    static Summary summary_of(const Node& node) { return node.value; }

    static Summary join(Summary a, Summary b) { return std::min(a, b); }
};

/// The tree beside a sorted map.
class Model {
  public:
    explicit Model(u64 seed) : random_(seed) {}

    ~Model() {
        for (auto& [place, node] : sorted_) {
            tree_.remove(*node);
        }
    }

    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    void step() {
        Node& node = nodes_.at(random_() % nodes_.size());
        if (!tree_.is_linked(node)) {
            node.key = random_() % 50;
            node.value = random_() % 1000;
            tree_.insert(node);
            places_[&node] = {node.key, ++inserted_};
            sorted_[places_[&node]] = &node;
        } else if (random_() % 3 == 0) {
            node.value = random_() % 1000;
            tree_.refresh(node);
        } else {
            tree_.remove(node);
            sorted_.erase(places_[&node]);
        }
    }

    void check() const {
        ASSERT_EQ(tree_.count(), sorted_.size());
        const Node* at = tree_.first();
        const Node* before = nullptr;
        for (const auto& [place, node] : sorted_) {
            ASSERT_EQ(at, node);
            ASSERT_EQ(tree_.previous(*at), before);
            before = at;
            at = tree_.next(*at);
        }
        ASSERT_EQ(at, nullptr);
        ASSERT_EQ(tree_.last(), before);
        ASSERT_LE(tree_.height(), 2 * static_cast<int>(std::bit_width(sorted_.size())));
    }

    /// The first whose value is at most `limit`.
    void check_search(u64 limit) const {
        const Node* expected = nullptr;
        for (const auto& [place, node] : sorted_) {
            expected = expected == nullptr && node->value <= limit ? node : expected;
        }
        int visited = 0;
        ASSERT_EQ(
            tree_.find_first([limit](u64 least) { return least <= limit; }, [&visited](const Node&) { ++visited; }),
            expected);
        ASSERT_LE(visited, tree_.height());
    }

  private:
    std::mt19937_64 random_;
    std::array<Node, 200> nodes_;
    AugmentedTree<Node, ByKey> tree_;
    std::map<const Node*, std::pair<u64, u64>> places_;
    std::map<std::pair<u64, u64>, Node*> sorted_;
    u64 inserted_ = 0;
};

} // namespace

TEST(AugmentedTree, AgreesWithASortedMap) {
    for (u64 seed = 1; seed <= 4; ++seed) {
        Model model(seed);
        for (int step = 0; step < 5000; ++step) {
            model.step();
            model.check();
            model.check_search(static_cast<u64>(step) % 300);
            ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", step " << step;
        }
    }
}

} // namespace scheduler
