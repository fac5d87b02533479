/// A sorted tree whose links are in its elements, and in which each knows a summary of all that hangs below it.
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

#include "base/assert.hpp"
#include "base/balanced_tree.hpp"
#include "base/types.hpp"

namespace scheduler {

/// Base of an element, which is in one tree at most.
template <class T, class Summary>
using AugmentedLink = base::BalancedLink<T, Summary>;

/// A tree of elements that it does not own. Equal ones stay in the order they were inserted. first() and last() are
/// constant time, the rest costs the logarithm of the number of elements. Its user provides the lock.
template <class T, class Order>
class AugmentedTree : public base::BalancedTree<T, Order> {
    using Tree = base::BalancedTree<T, Order>;

  public:
    AugmentedTree() = default;

    ~AugmentedTree() { ASSERT(Tree::empty(), "a tree died with elements in it"); }

    /// `element` is in no tree.
    void insert(T& element) {
        ASSERT(!Tree::is_linked(element), "an element was inserted twice");
        // Most come last: these need no search.
        if (last_ == nullptr || !Order::is_before(element, *last_)) {
            Tree::hang(element, last_, false);
            first_ = first_ == nullptr ? &element : first_;
            last_ = &element;
            return;
        }
        T* parent = nullptr;
        bool on_left = false;
        for (T* at = Tree::root(); at != nullptr; at = on_left ? Tree::left(*at) : Tree::right(*at)) {
            parent = at;
            on_left = Order::is_before(element, *at);
        }
        first_ = Order::is_before(element, *first_) ? &element : first_;
        Tree::hang(element, parent, on_left);
    }

    /// `element` is in this tree.
    void remove(T& element) {
        ASSERT(Tree::is_linked(element), "an element was removed that is in no tree");
        T* const following = next(element);
        first_ = first_ == &element ? following : first_;
        last_ = last_ == &element ? previous(element) : last_;
        Tree::take_out(element, following);
    }

    /// The summary of `element` alone has changed, not its place.
    void refresh(T& element) { Tree::settle(&element); }

    [[nodiscard]] T* first() const { return first_; }

    [[nodiscard]] T* last() const { return last_; }

    /// The neighbours of an element of this tree. Null at the ends.
    [[nodiscard]] T* next(const T& of) const { return neighbour<&Tree::left, &Tree::right>(of); }

    [[nodiscard]] T* previous(const T& of) const { return neighbour<&Tree::right, &Tree::left>(of); }

    /// The first element for which `is_wanted` holds. It is also asked of summaries, and must hold for that of a part
    /// of the tree if and only if it holds for an element of it. Null if there is none. `visit` is called with each
    /// element that is looked at.
    template <class IsWanted, class Visit>
    [[nodiscard]] T* find_first(IsWanted is_wanted, Visit visit) const {
        T* at = Tree::root();
        if (at == nullptr || !is_wanted(Tree::summary(*at))) {
            return nullptr;
        }
        for (;;) {
            visit(*at);
            T* const before = Tree::left(*at);
            if (before != nullptr && is_wanted(Tree::summary(*before))) {
                at = before;
            } else if (is_wanted(Order::summary_of(*at))) {
                return at;
            } else {
                at = Tree::right(*at);
            }
        }
    }

  private:
    using Side = T* (*)(const T&);

    template <Side kNear, Side kFar>
    [[nodiscard]] static T* neighbour(const T& of) {
        if (T* below = kFar(of); below != nullptr) {
            while (kNear(*below) != nullptr) {
                below = kNear(*below);
            }
            return below;
        }
        const T* at = &of;
        T* above = Tree::parent(*at);
        while (above != nullptr && kFar(*above) == at) {
            at = above;
            above = Tree::parent(*above);
        }
        return above;
    }

    T* first_ = nullptr;
    T* last_ = nullptr;
};

} // namespace scheduler
