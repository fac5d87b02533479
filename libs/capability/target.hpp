/// What capabilities stand for, with the tree of all that were derived from one another.
#pragma once

#include "abi/object_kind.hpp"
#include "base/types.hpp"
#include "libs/capability/node.hpp"

namespace capability {

class SubtreeWalk;

/// Base of every object that capabilities name. The tree's lock is the object's; at most one walk goes through it.
class Target {
  public:
    explicit Target(abi::ObjectKind kind, base::u16 label = 0) : kind_(kind), label_(label) {}

    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    [[nodiscard]] abi::ObjectKind kind() const { return kind_; }

    /// What policy knows it by.
    [[nodiscard]] base::u16 label() const { return label_; }

    /// Parent of the capabilities that no other was the parent of. It is no capability.
    [[nodiscard]] Node& root() { return root_; }

    /// Whether a revocation or the like goes through the tree: nothing may be derived meanwhile.
    [[nodiscard]] bool is_walked() const { return walk_ != nullptr; }

    /// Takes `node` out of the tree; its children move up to its parent. A walk that stands there goes on behind it.
    void remove(Node& node);

    /// `next` takes the place of `node`, with its children; a walk that stands there stays there.
    void replace(Node& node, Node& next);

  private:
    friend class SubtreeWalk;

    Node root_;
    SubtreeWalk* walk_ = nullptr;
    abi::ObjectKind kind_;
    base::u16 label_;
};

} // namespace capability
