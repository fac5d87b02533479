/// The place of something in a derivation tree.
#pragma once

#include "base/assert.hpp"

namespace capability {

/// Base of what hangs in a tree: capabilities, and the uses made through them. The links are threaded: the last child's
/// `next` and the first child's `previous` are the parent. So a node with any number of children is removed or replaced
/// in constant time. The tree's user holds its lock.
class Node {
  public:
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    [[nodiscard]] bool is_linked() const { return next_ != nullptr; }

    [[nodiscard]] bool has_children() const { return first_child_ != nullptr; }

    [[nodiscard]] Node* first_child() const { return first_child_; }

    /// Makes `child`, which is in no tree and has no children, the first child of this, which is no leaf.
    void adopt(Node& child);

    /// The same; `leaf` never has children itself.
    void adopt_leaf(Node& leaf) {
        adopt(leaf);
        leaf.last_child_ = &leaf;
    }

    /// Whether it hangs in a tree as a leaf.
    [[nodiscard]] bool is_leaf() const { return last_child_ == this; }

    /// Takes this out of its tree; its children move up and stand where it stood.
    void unlink();

    /// `other`, which is in no tree, takes this node's place, with all its children.
    void replace_by(Node& other);

    /// The node after this one in the subtree of `top`, parents before children; null behind the last.
    [[nodiscard]] Node* next_below(const Node& top) const;

  private:
    [[nodiscard]] bool is_first() const { return previous_->first_child_ == this; }

    [[nodiscard]] bool is_last() const { return next_->last_child_ == this; }

    /// Puts the nodes from `first` to `last` between this node's neighbours.
    void put_in_place(Node& first, Node& last);
    void forget_links();

    Node* next_ = nullptr;
    Node* previous_ = nullptr;
    Node* first_child_ = nullptr;
    Node* last_child_ = nullptr;
};

} // namespace capability
