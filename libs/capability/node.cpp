#include "libs/capability/node.hpp"

namespace capability {

void Node::adopt(Node& child) {
    ASSERT(!child.is_linked() && !child.has_children(), "a node is adopted that is in a tree");
    ASSERT(!is_leaf(), "a leaf gets a child");
    child.previous_ = this;
    if (first_child_ == nullptr) {
        child.next_ = this;
        last_child_ = &child;
    } else {
        child.next_ = first_child_;
        first_child_->previous_ = &child;
    }
    first_child_ = &child;
}

void Node::put_in_place(Node& first, Node& last) {
    const bool was_first = is_first();
    const bool was_last = is_last();
    first.previous_ = previous_;
    last.next_ = next_;
    (was_first ? previous_->first_child_ : previous_->next_) = &first;
    (was_last ? next_->last_child_ : next_->previous_) = &last;
}

void Node::forget_links() { next_ = previous_ = first_child_ = last_child_ = nullptr; }

void Node::unlink() {
    ASSERT(is_linked(), "a node is removed that is in no tree");
    if (has_children()) {
        put_in_place(*first_child_, *last_child_);
        return forget_links();
    }
    const bool was_first = is_first();
    const bool was_last = is_last();
    // The only child's neighbours are both its parent.
    if (was_first) {
        previous_->first_child_ = was_last ? nullptr : next_;
    } else {
        previous_->next_ = next_;
    }
    if (was_last) {
        next_->last_child_ = was_first ? nullptr : previous_;
    } else {
        next_->previous_ = previous_;
    }
    forget_links();
}

void Node::replace_by(Node& other) {
    ASSERT(is_linked() && !other.is_linked() && !other.has_children());
    put_in_place(other, other);
    other.first_child_ = first_child_;
    other.last_child_ = last_child_;
    if (has_children()) {
        first_child_->previous_ = &other;
        last_child_->next_ = &other;
    }
    forget_links();
}

Node* Node::next_below(const Node& top) const {
    if (has_children()) {
        return first_child_;
    }
    const Node* node = this;
    while (node != &top) {
        if (!node->is_last()) {
            return node->next_;
        }
        node = node->next_;
    }
    return nullptr;
}

} // namespace capability
