/// A sorted AVL tree whose links are in its elements, and in which each knows a summary of all that hangs below it.
///
///     struct Context : AugmentedLink<Context, u64> { … };
///     struct ByDeadline {
///         using Summary = u64;
///         static bool is_before(const Context& a, const Context& b);
///         static Summary summary_of(const Context& alone);
///         static Summary join(Summary a, Summary b);
///     };
///     AugmentedTree<Context, ByDeadline> ready;
#pragma once

#include <algorithm>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace scheduler {

template <class T, class Order>
class AugmentedTree;

/// Base of an element, which is in one tree at most.
template <class T, class Summary>
class AugmentedLink {
  private:
    template <class, class>
    friend class AugmentedTree;

    T* parent_ = nullptr;
    T* left_ = nullptr;
    T* right_ = nullptr;
    int height_ = 0; ///< 0: in no tree
    Summary summary_{};
};

/// A tree of elements that it does not own. Equal ones stay in the order they were inserted. first() and last() are
/// constant time, the rest costs the logarithm of the number of elements. Its user provides the lock.
template <class T, class Order>
class AugmentedTree {
  public:
    using Summary = typename Order::Summary;

    AugmentedTree() = default;
    AugmentedTree(const AugmentedTree&) = delete;
    AugmentedTree& operator=(const AugmentedTree&) = delete;

    ~AugmentedTree() { ASSERT(root_ == nullptr, "a tree died with elements in it"); }

    /// `element` is in no tree.
    void insert(T& element) {
        ASSERT(!is_linked(element), "an element was inserted twice");
        attach(element);
        element.height_ = 1;
        element.summary_ = Order::summary_of(element);
        settle(element.parent_);
        ++count_;
    }

    /// `element` is in this tree.
    void remove(T& element) {
        ASSERT(is_linked(element), "an element was removed that is in no tree");
        first_ = first_ == &element ? next(element) : first_;
        last_ = last_ == &element ? previous(element) : last_;
        if (element.left_ != nullptr && element.right_ != nullptr) {
            replace(element, *next(element));
        } else {
            settle(lift_child(element));
        }
        static_cast<Link&>(element) = {};
        --count_;
    }

    /// The summary of `element` alone has changed, not its place.
    void refresh(T& element) { settle(&element); }

    [[nodiscard]] T* first() const { return first_; }

    [[nodiscard]] T* last() const { return last_; }

    /// The neighbours of an element of this tree. Null at the ends.
    [[nodiscard]] T* next(const T& of) const { return neighbour<&Link::left_, &Link::right_>(of); }

    [[nodiscard]] T* previous(const T& of) const { return neighbour<&Link::right_, &Link::left_>(of); }

    /// The first element for which `is_wanted` holds. It is also asked of summaries, and must hold for that of a part
    /// of the tree if and only if it holds for an element of it. Null if there is none. `visit` is called with each
    /// element that is looked at.
    template <class IsWanted, class Visit>
    [[nodiscard]] T* find_first(IsWanted is_wanted, Visit visit) const {
        T* at = root_;
        if (at == nullptr || !is_wanted(at->summary_)) {
            return nullptr;
        }
        for (;;) {
            visit(*at);
            if (at->left_ != nullptr && is_wanted(at->left_->summary_)) {
                at = at->left_;
            } else if (is_wanted(Order::summary_of(*at))) {
                return at;
            } else {
                at = at->right_;
            }
        }
    }

    [[nodiscard]] bool empty() const { return root_ == nullptr; }

    [[nodiscard]] base::usize count() const { return count_; }

    /// How many elements a search looks at, at most.
    [[nodiscard]] int height() const { return height(root_); }

    [[nodiscard]] static bool is_linked(const T& element) { return static_cast<const Link&>(element).height_ != 0; }

  private:
    using Link = AugmentedLink<T, Summary>;

    static int height(const T* at) { return at == nullptr ? 0 : at->height_; }

    /// The pointer that leads to `at`.
    T*& link_to(const T& at) {
        T* const parent = at.parent_;
        return parent == nullptr ? root_ : parent->left_ == &at ? parent->left_ : parent->right_;
    }

    /// Most elements come last: these need no search.
    void attach(T& element) {
        if (last_ == nullptr || !Order::is_before(element, *last_)) {
            hang(element, last_, last_ == nullptr ? root_ : last_->right_);
            first_ = first_ == nullptr ? &element : first_;
            last_ = &element;
            return;
        }
        T* parent = nullptr;
        T** link = &root_;
        while (*link != nullptr) {
            parent = *link;
            link = Order::is_before(element, *parent) ? &parent->left_ : &parent->right_;
        }
        hang(element, parent, *link);
        first_ = Order::is_before(element, *first_) ? &element : first_;
    }

    static void hang(T& element, T* parent, T*& link) {
        element.parent_ = parent;
        link = &element;
    }

    static void update(T& at) {
        at.height_ = 1 + std::max(height(at.left_), height(at.right_));
        Summary summary = Order::summary_of(at);
        for (const T* const child : {at.left_, at.right_}) {
            summary = child == nullptr ? summary : Order::join(summary, child->summary_);
        }
        at.summary_ = summary;
    }

    /// What hangs below `at` is right; makes it right from there up, as far as anything changes.
    void settle(T* at) {
        while (at != nullptr) {
            T* const above = at->parent_;
            const int height_seen = at->height_;
            const Summary summary_seen = at->summary_;
            const T& top = balance(*at);
            if (top.height_ == height_seen && top.summary_ == summary_seen) {
                return;
            }
            at = above;
        }
    }

    /// Below `at` the balance is right, at it off by two at most. Returns what hangs in its place.
    T& balance(T& at) {
        const int lean = height(at.left_) - height(at.right_);
        if (lean > 1) {
            if (height(at.left_->left_) < height(at.left_->right_)) {
                rotate<&Link::right_, &Link::left_>(*at.left_);
            }
            return rotate<&Link::left_, &Link::right_>(at);
        }
        if (lean < -1) {
            if (height(at.right_->right_) < height(at.right_->left_)) {
                rotate<&Link::left_, &Link::right_>(*at.right_);
            }
            return rotate<&Link::right_, &Link::left_>(at);
        }
        update(at);
        return at;
    }

    /// Brings up the child on the side `kFrom`; returns it.
    template <T* Link::* kFrom, T* Link::* kTo>
    T& rotate(T& at) {
        T& up = *(at.*kFrom);
        link_to(at) = &up;
        up.parent_ = at.parent_;
        at.*kFrom = up.*kTo;
        adopt(at, at.*kFrom);
        up.*kTo = &at;
        at.parent_ = &up;
        update(at);
        update(up);
        return up;
    }

    static void adopt(T& parent, T* child) {
        if (child != nullptr) {
            child->parent_ = &parent;
        }
    }

    /// Takes out an element with one child at most. Returns where settling begins.
    T* lift_child(T& element) {
        T* const child = element.left_ == nullptr ? element.right_ : element.left_;
        link_to(element) = child;
        if (child != nullptr) {
            child->parent_ = element.parent_;
        }
        return element.parent_;
    }

    /// Takes out an element with two children: the next one, which has no left child, takes its place.
    void replace(T& element, T& following) {
        T* const deepest = following.parent_ == &element ? &following : following.parent_;
        lift_child(following);
        link_to(element) = &following;
        following.parent_ = element.parent_;
        following.left_ = element.left_;
        following.right_ = element.right_;
        adopt(following, following.left_);
        adopt(following, following.right_);
        // What is above was made with these.
        following.height_ = element.height_;
        following.summary_ = element.summary_;
        settle(deepest);
        // Its own summary is another, which settling from below need not have reached.
        settle(&following);
    }

    template <T* Link::* kNear, T* Link::* kFar>
    [[nodiscard]] T* neighbour(const T& of) const {
        if (T* below = of.*kFar; below != nullptr) {
            while (below->*kNear != nullptr) {
                below = below->*kNear;
            }
            return below;
        }
        const T* at = &of;
        T* above = at->parent_;
        while (above != nullptr && above->*kFar == at) {
            at = above;
            above = above->parent_;
        }
        return above;
    }

    T* root_ = nullptr;
    T* first_ = nullptr;
    T* last_ = nullptr;
    base::usize count_ = 0;
};

} // namespace scheduler
