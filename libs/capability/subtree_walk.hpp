/// A way through all descendants of a capability that can be left and taken up again.
#pragma once

#include "base/types.hpp"
#include "libs/capability/node.hpp"
#include "libs/capability/target.hpp"

namespace capability {

/// Visits each descendant once, parents before children. Between two steps the tree's lock may be released, nodes
/// removed and replaced through Target; it ends when `top` is removed. What is added below `top` meanwhile may be
/// visited or not: Target::is_walked() tells others.
class SubtreeWalk {
  public:
    /// Begins below `top`, which is in the tree of `target`; no other walk is in this tree.
    SubtreeWalk(Target& target, Node& top) : target_(target), top_(&top), next_(top.first_child()) {
        ASSERT(!target.is_walked(), "two walks in one tree");
        target.walk_ = this;
    }

    SubtreeWalk(const SubtreeWalk&) = delete;
    SubtreeWalk& operator=(const SubtreeWalk&) = delete;

    ~SubtreeWalk() { target_.walk_ = nullptr; }

    /// Calls visit(node) for at most `limit` more; `visit` changes no tree. True when all were visited.
    template <class Visit>
    bool step(base::usize limit, Visit visit) {
        for (; next_ != nullptr && limit != 0; --limit) {
            Node& node = *next_;
            next_ = node.next_below(*top_);
            visit(node);
        }
        return next_ == nullptr;
    }

    /// Takes at most `limit` descendants out of the tree, from the first on, each before visit(node) is called with it;
    /// after a walk that visited all. True when none is left.
    template <class Visit>
    bool remove_step(base::usize limit, Visit visit) {
        for (Node* node = top_->first_child(); node != nullptr && limit != 0; node = top_->first_child(), --limit) {
            target_.remove(*node);
            visit(*node);
        }
        return !top_->has_children();
    }

  private:
    friend class Target;

    Target& target_;
    Node* top_;
    Node* next_;
};

} // namespace capability
