#include "libs/capability/target.hpp"

#include "libs/capability/subtree_walk.hpp"

namespace capability {

void Target::remove(Node& node) {
    if (walk_ != nullptr && walk_->top_ == &node) {
        walk_->next_ = nullptr;
    } else if (walk_ != nullptr && walk_->next_ == &node) {
        walk_->next_ = node.next_below(*walk_->top_);
    }
    node.unlink();
}

void Target::replace(Node& node, Node& next) {
    if (walk_ != nullptr && walk_->next_ == &node) {
        walk_->next_ = &next;
    }
    if (walk_ != nullptr && walk_->top_ == &node) {
        walk_->top_ = &next;
    }
    node.replace_by(next);
}

} // namespace capability
