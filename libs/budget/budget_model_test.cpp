/// Random changes against a model that counts every charge in each budget above.
#include <array>
#include <optional>
#include <random>

#include "libs/budget/fake_lock.hpp"
#include "libs/budget/tree.hpp"
#include "testing/test.hpp"

namespace budget {

namespace {

using base::Error;
using base::Result;
using base::u64;
using base::usize;
using TestTree = Tree<base::SpinLock<NothingAround>, kTestLock>;

constexpr usize kBudgets = 12;
constexpr usize kSteps = 1'000'000;
constexpr u64 kMostAtOnce = 200'000;

struct Warning : Pressure {
    Warning(u64 above, u64 rearmed_at) : Pressure(above, rearmed_at, &Warning::note) {}

    static void note(Pressure& pressure) { ++static_cast<Warning&>(pressure).times; }

    int times = 0;
};

/// One budget twice: the real one, and what it should be.
struct Node {
    Budget real;
    std::optional<Warning> warning;
    Node* parent = nullptr;
    bool attached = false;
    bool closed = false;
    u64 limit = 0;
    u64 own = 0;
    u64 total = 0; ///< own and below
    usize children = 0;
    bool armed = false;
    int times = 0;
};

class Model {
  public:
    explicit Model(u64 seed) : random_(seed), tree_({kRootLimit, kUnlimited, kUnlimited}) {
        nodes_[0].attached = true;
        nodes_[0].limit = kRootLimit;
    }

    ~Model() {
        for (Node& node : nodes_) {
            node.own != 0 ? release(node, node.own) : void();
        }
        for (usize round = 0; round < kBudgets; ++round) {
            for (usize i = 1; i < kBudgets; ++i) {
                detach(nodes_[i]);
            }
        }
    }

    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    void step() {
        Node& node = nodes_[random_() % kBudgets];
        switch (random_() % 32) {
        case 0:
        case 1: attach(node); break;
        case 2: detach(node); break;
        case 3: set_limit(node); break;
        case 4: random_() % 16 == 0 ? close(node) : void(); break;
        case 5: watch(node); break;
        case 6: unwatch(node); break;
        case 7: release(node, node.own); break;
        case 8:
        case 9:
        case 10:
        case 11:
        case 12: release(node, node.own == 0 ? 0 : random_() % (node.own + 1)); break;
        default: charge(node, any_amount());
        }
        check(node);
        check(nodes_[0]);
    }

  private:
    static constexpr u64 kRootLimit = 1'000'000;

    u64 any_amount() { return random_() % 4 == 0 ? random_() % kMostAtOnce : random_() % 5000; }

    /// The root is the tree's own.
    Budget& real(Node& node) { return &node == &nodes_[0] ? tree_.root() : node.real; }

    static bool is_closed(const Node& node) {
        const Node* at = &node;
        while (at != nullptr && !at->closed) {
            at = at->parent;
        }
        return at != nullptr;
    }

    static usize depth(const Node& node) { return node.parent == nullptr ? 0 : depth(*node.parent) + 1; }

    void attach(Node& node) {
        Node& parent = nodes_[random_() % kBudgets];
        if (&node == &nodes_[0]) {
            return;
        }
        const u64 limit = random_() % 600'000;
        const bool good = !node.attached && parent.attached && !is_closed(parent);
        EXPECT_EQ(tree_.attach(node.real, real(parent), {limit, kUnlimited, kUnlimited}).has_value(), good);
        if (good) {
            node.attached = true;
            node.parent = &parent;
            node.limit = limit;
            ++parent.children;
        }
    }

    void detach(Node& node) {
        const bool good = node.attached && node.parent != nullptr && node.children == 0 && node.own == 0;
        EXPECT_EQ(tree_.detach(real(node)).has_value(), good);
        if (good) {
            --node.parent->children;
            node.parent = nullptr;
            node.attached = node.closed = false;
            node.warning.reset();
            node.armed = false;
        }
    }

    /// The root stays open, or everything would soon be over.
    void close(Node& node) {
        if (node.attached && node.parent != nullptr) {
            tree_.close(node.real);
            node.closed = true;
        }
    }

    void set_limit(Node& node) {
        if (!node.attached) {
            return;
        }
        const u64 limit = node.parent == nullptr ? kRootLimit - random_() % 500'000 : random_() % 600'000;
        const auto result = tree_.set_limit(real(node), Kind::Memory, limit);
        EXPECT_EQ(result.has_value(), node.total <= limit);
        node.limit = result ? limit : node.limit;
    }

    void watch(Node& node) {
        if (!node.attached || node.warning) {
            return;
        }
        const u64 above = random_() % 500'000;
        node.warning.emplace(above, random_() % (above + 1));
        EXPECT_TRUE(tree_.watch(real(node), Kind::Memory, *node.warning).has_value());
        node.armed = node.total <= above;
        node.times = node.armed ? 0 : 1;
    }

    void unwatch(Node& node) {
        if (node.attached) {
            tree_.unwatch(real(node), Kind::Memory);
            node.warning.reset();
            node.armed = false;
        }
    }

    static void rearm(Node& node) {
        for (Node* at = &node; at != nullptr; at = at->parent) {
            at->armed = at->armed || (at->warning && at->total <= at->warning->rearmed_at());
        }
    }

    /// Who is the first on the way up to say no; warned are all before it, and it itself if it is close.
    static bool is_granted(Node& node, u64 amount) {
        for (Node* at = &node; at != nullptr; at = at->parent) {
            if (at->armed && at->total + amount > at->warning->above()) {
                at->armed = false;
                ++at->times;
            }
            if (at->total + amount > at->limit) {
                return false;
            }
        }
        return true;
    }

    Result<void> expected(Node& node, u64 amount) {
        if (!node.attached || is_closed(node)) {
            return Error::BadState;
        }
        rearm(node);
        return is_granted(node, amount) ? Result<void>{} : Error::OverBudget;
    }

    void charge(Node& node, u64 amount) {
        if (amount == 0) {
            return; // granted or not, nobody can tell
        }
        const auto wanted = expected(node, amount);
        const auto got = real(node).charge(Kind::Memory, amount);
        EXPECT_TRUE(got == wanted);
        if (got) {
            node.own += amount;
            add(node, amount);
        }
    }

    void release(Node& node, u64 amount) {
        real(node).release(Kind::Memory, amount);
        node.own -= amount;
        add(node, -amount);
    }

    static void add(Node& node, u64 amount) {
        for (Node* at = &node; at != nullptr; at = at->parent) {
            at->total += amount;
        }
    }

    void check(Node& node) {
        EXPECT_EQ(tree_.usage(real(node), Kind::Memory), node.total);
        EXPECT_EQ(node.warning ? node.warning->times : 0, node.warning ? node.times : 0);
    }

    std::mt19937_64 random_;
    TestTree tree_;
    std::array<Node, kBudgets> nodes_;
};

} // namespace

TEST(BudgetModel, AgreesWithACountOfEverything) {
    constexpr u64 kSeeds = 4;
    for (u64 seed = 1; seed <= kSeeds; ++seed) {
        Model model(seed);
        for (usize step = 0; step < kSteps / kSeeds; ++step) {
            model.step();
            ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", step " << step;
        }
    }
}

} // namespace budget
