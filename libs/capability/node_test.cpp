#include "libs/capability/node.hpp"

#include <array>
#include <vector>

#include "libs/capability/subtree_walk.hpp"
#include "libs/capability/target.hpp"
#include "testing/test.hpp"

namespace capability {

namespace {

std::vector<const Node*> below(const Node& top) {
    std::vector<const Node*> found;
    for (const Node* node = top.next_below(top); node != nullptr; node = node->next_below(top)) {
        found.push_back(node);
    }
    return found;
}

using Nodes = std::vector<const Node*>;

/// root - a - (c - b), where the last adopted child stands first.
struct Family {
    Family() {
        root.adopt(a);
        a.adopt(b);
        a.adopt(c);
    }

    Node root;
    Node a;
    Node b;
    Node c;
};

} // namespace

TEST(DerivationNode, ParentsComeBeforeChildren) {
    Family f;
    EXPECT_EQ(below(f.root), (Nodes{&f.a, &f.c, &f.b}));
    EXPECT_EQ(below(f.a), (Nodes{&f.c, &f.b}));
    EXPECT_EQ(below(f.b), Nodes{});
}

TEST(DerivationNode, ChildrenMoveUpToTheirPlace) {
    Family f;
    Node d;
    f.root.adopt(d);
    f.a.unlink();
    EXPECT_FALSE(f.a.is_linked());
    EXPECT_EQ(below(f.root), (Nodes{&d, &f.c, &f.b}));
}

TEST(DerivationNode, FirstLastMiddleAndOnlyChildLeave) {
    for (const base::usize leaving : {0U, 1U, 2U}) {
        Node root;
        std::array<Node, 3> children;
        for (Node& child : children) {
            root.adopt(child);
        }
        children.at(leaving).unlink();
        EXPECT_EQ(below(root).size(), 2U);
        for (Node& child : children) {
            if (child.is_linked()) {
                child.unlink();
            }
        }
        EXPECT_FALSE(root.has_children());
    }
}

TEST(DerivationNode, AnotherTakesThePlaceWithChildren) {
    Family f;
    Node next;
    f.a.replace_by(next);
    EXPECT_FALSE(f.a.is_linked());
    EXPECT_EQ(below(f.root), (Nodes{&next, &f.c, &f.b}));
    Node leaf;
    f.b.replace_by(leaf);
    EXPECT_EQ(below(next), (Nodes{&f.c, &leaf}));
    next.unlink();
    EXPECT_EQ(below(f.root), (Nodes{&f.c, &leaf}));
}

TEST(SubtreeWalk, GoesOnWhereItStood) {
    Target target(abi::ObjectKind::Event);
    Node top;
    std::array<Node, 5> nodes;
    target.root().adopt(top);
    for (Node& node : nodes) {
        top.adopt(node);
    }
    SubtreeWalk walk(target, top);
    EXPECT_TRUE(target.is_walked());
    base::usize visited = 0;
    const auto count = [&visited](Node&) { ++visited; };
    EXPECT_FALSE(walk.step(2, count));
    // The next one leaves, the one behind it is replaced.
    target.remove(nodes[2]);
    Node other;
    target.replace(nodes[1], other);
    EXPECT_FALSE(walk.step(1, [&other](Node& node) { EXPECT_EQ(&node, &other); }));
    EXPECT_TRUE(walk.step(9, count));
    EXPECT_EQ(visited, 3U);
    EXPECT_FALSE(walk.remove_step(3, count));
    EXPECT_TRUE(walk.remove_step(3, count));
    EXPECT_FALSE(top.has_children());
}

TEST(SubtreeWalk, OneThatStandsAtANodeWithChildrenStepsIntoThem) {
    Target target(abi::ObjectKind::Event);
    Node top;
    Node child;
    Node grandchild;
    target.root().adopt(top);
    top.adopt(child);
    child.adopt(grandchild);
    SubtreeWalk walk(target, top);
    target.remove(child);
    base::usize visited = 0;
    EXPECT_TRUE(walk.step(9, [&](Node& node) {
        EXPECT_EQ(&node, &grandchild);
        ++visited;
    }));
    EXPECT_EQ(visited, 1U);
}

TEST(DerivationNode, LeavesStayLeavesWhereverTheyHang) {
    Family f;
    Node leaf;
    f.a.adopt_leaf(leaf);
    EXPECT_TRUE(leaf.is_leaf());
    EXPECT_FALSE(f.c.is_leaf());
    EXPECT_EQ(below(f.root), (Nodes{&f.a, &leaf, &f.c, &f.b}));
    f.a.unlink();
    EXPECT_TRUE(leaf.is_leaf()) << "it moved up with its siblings";
    EXPECT_EQ(below(f.root), (Nodes{&leaf, &f.c, &f.b}));
    leaf.unlink();
    EXPECT_FALSE(leaf.is_leaf());
    EXPECT_FALSE(leaf.is_linked());
    EXPECT_EQ(below(f.root), (Nodes{&f.c, &f.b}));
}

TEST(DerivationNode, ALeafMayBeTheOnlyChildOrTheLast) {
    Node root;
    Node leaf;
    root.adopt_leaf(leaf);
    EXPECT_EQ(below(root), Nodes{&leaf});
    Node first;
    root.adopt(first);
    EXPECT_EQ(below(root), (Nodes{&first, &leaf}));
    leaf.unlink();
    EXPECT_EQ(below(root), Nodes{&first});
    first.unlink();
    EXPECT_FALSE(root.has_children());
}

TEST(SubtreeWalk, EndsWhenItsTopIsRemovedAndFollowsOneThatMoves) {
    Target target(abi::ObjectKind::Event);
    Node top;
    Node child;
    target.root().adopt(top);
    top.adopt(child);
    {
        SubtreeWalk walk(target, top);
        Node moved;
        target.replace(top, moved);
        base::usize visited = 0;
        EXPECT_TRUE(walk.step(8, [&visited](Node&) { ++visited; }));
        EXPECT_EQ(visited, 1U);
        target.replace(moved, top);
    }
    SubtreeWalk walk(target, top);
    target.remove(top);
    EXPECT_TRUE(walk.step(8, [](Node&) { ADD_FAILURE() << "nothing is below it any more"; }));
    target.remove(child);
}

} // namespace capability
