/// What sorted trees have in common whose links are in their elements, and in which each element knows a summary of
/// all that hangs below it: AVL trees, for those who build one with an order of their own.
#pragma once

#include <algorithm>
#include <concepts>

#include "base/types.hpp"

namespace base {

template <class T, class Summarize>
class BalancedTree;

/// Base of an element, which is in one tree at most.
template <class T, class Summary>
class BalancedLink {
  private:
    template <class, class>
    friend class BalancedTree;

    T* parent_ = nullptr;
    T* left_ = nullptr;
    T* right_ = nullptr;
    int height_ = 0; ///< 0: in no tree
    Summary summary_{};
};

/// How summaries are made.
template <class S, class T>
concept Summarizing = requires(const T& element, typename S::Summary summary) {
    { S::summary_of(element) } -> std::same_as<typename S::Summary>; ///< of it alone
    { S::join(summary, summary) } -> std::same_as<typename S::Summary>;
    { summary == summary } -> std::same_as<bool>;
};

/// Base of a tree of elements that it does not own. Who derives from it searches, and knows where an element goes; here
/// it is hung there and taken out, and heights and summaries are kept right.
template <class T, class Summarize>
class BalancedTree {
  public:
    using Summary = typename Summarize::Summary;

    BalancedTree(const BalancedTree&) = delete;
    BalancedTree& operator=(const BalancedTree&) = delete;

    [[nodiscard]] bool empty() const { return root_ == nullptr; }

    [[nodiscard]] usize count() const { return count_; }

    /// How many elements a search looks at, at most.
    [[nodiscard]] int height() const { return height(root_); }

    /// Whether `element` is in any tree.
    [[nodiscard]] static bool is_linked(const T& element) { return static_cast<const Link&>(element).height_ != 0; }

  protected:
    using Link = BalancedLink<T, Summary>;

    BalancedTree() = default;
    ~BalancedTree() = default;

    [[nodiscard]] T* root() const { return root_; }

    [[nodiscard]] static T* parent(const T& of) { return of.Link::parent_; }

    [[nodiscard]] static T* left(const T& of) { return of.Link::left_; }

    [[nodiscard]] static T* right(const T& of) { return of.Link::right_; }

    /// Of all that hangs at `at`, which is not null.
    [[nodiscard]] static const Summary& summary(const T& at) { return at.Link::summary_; }

    /// Hangs `element`, which is in no tree, below `parent`, where nothing hangs: on its left or right, or, if that is
    /// null, as the root.
    void hang(T& element, T* parent, bool on_left) {
        (parent == nullptr ? root_ : on_left ? parent->Link::left_ : parent->Link::right_) = &element;
        element.Link::parent_ = parent;
        element.Link::height_ = 1;
        element.Link::summary_ = Summarize::summary_of(element);
        settle(parent);
        ++count_;
    }

    /// Takes out `element`, which the one that follows it, null if there is none, may replace.
    void take_out(T& element, T* following) {
        if (left(element) != nullptr && right(element) != nullptr) {
            replace(element, *following);
        } else {
            settle(lift_child(element));
        }
        static_cast<Link&>(element) = {};
        --count_;
    }

    /// What hangs below `at` is right; makes it right from there up, as far as anything changes.
    void settle(T* at) {
        while (at != nullptr) {
            T* const above = parent(*at);
            const int height_seen = height(at);
            const Summary summary_seen = summary(*at);
            const T& top = balance(*at);
            if (height(&top) == height_seen && summary(top) == summary_seen) {
                return;
            }
            at = above;
        }
    }

  private:
    static int height(const T* at) { return at == nullptr ? 0 : at->Link::height_; }

    /// The pointer that leads to `at`.
    T*& link_to(const T& at) {
        T* const above = parent(at);
        return above == nullptr ? root_ : left(*above) == &at ? above->Link::left_ : above->Link::right_;
    }

    static void update(T& at) {
        at.Link::height_ = 1 + std::max(height(left(at)), height(right(at)));
        Summary all = Summarize::summary_of(at);
        for (const T* const child : {left(at), right(at)}) {
            all = child == nullptr ? all : Summarize::join(all, summary(*child));
        }
        at.Link::summary_ = all;
    }

    /// Below `at` the balance is right, at it off by two at most. Returns what hangs in its place.
    T& balance(T& at) {
        const int lean = height(left(at)) - height(right(at));
        if (lean > 1) {
            return raise<&Link::left_, &Link::right_>(at);
        }
        if (lean < -1) {
            return raise<&Link::right_, &Link::left_>(at);
        }
        update(at);
        return at;
    }

    /// The side `kHigh` of `at` is too high.
    template <T* Link::* kHigh, T* Link::* kLow>
    T& raise(T& at) {
        T& up = *(at.*kHigh);
        if (height(up.*kHigh) < height(up.*kLow)) {
            rotate<kLow, kHigh>(up);
        }
        return rotate<kHigh, kLow>(at);
    }

    /// Brings up the child on the side `kFrom`; returns it.
    template <T* Link::* kFrom, T* Link::* kTo>
    T& rotate(T& at) {
        T& up = *(at.*kFrom);
        link_to(at) = &up;
        up.Link::parent_ = parent(at);
        at.*kFrom = up.*kTo;
        adopt(at, at.*kFrom);
        up.*kTo = &at;
        at.Link::parent_ = &up;
        update(at);
        update(up);
        return up;
    }

    static void adopt(T& parent, T* child) {
        if (child != nullptr) {
            child->Link::parent_ = &parent;
        }
    }

    /// Takes out an element with one child at most. Returns where settling begins.
    T* lift_child(T& element) {
        T* const child = left(element) == nullptr ? right(element) : left(element);
        link_to(element) = child;
        if (child != nullptr) {
            child->Link::parent_ = parent(element);
        }
        return parent(element);
    }

    /// Takes out an element with two children: the next one, which has no left child, takes its place.
    void replace(T& element, T& following) {
        T* const deepest = parent(following) == &element ? &following : parent(following);
        lift_child(following);
        link_to(element) = &following;
        // What is above was made with its height and summary.
        static_cast<Link&>(following) = static_cast<Link&>(element);
        adopt(following, left(following));
        adopt(following, right(following));
        settle(deepest);
        // Its own summary is another, which settling from below need not have reached.
        settle(&following);
    }

    T* root_ = nullptr;
    usize count_ = 0;
};

} // namespace base
