/// A sorted tree whose links are in its elements: adding cannot fail.
///
///     struct Region : TreeLink<> { VirtualAddress start; };
///     IntrusiveTree<Region, &Region::start> regions;
///     regions.insert(region);
///     Region* const around = regions.at_or_before(address);
#pragma once

#include <type_traits>

#include "base/intrusive_links.hpp"
#include "base/types.hpp"
// Behind the line above, which arms Boost's checks.
#include <boost/intrusive/set.hpp>

namespace base {

/// Base of an element; one for each tree it can be in at the same time, told apart by `Tag`. An element that dies while
/// it is in a tree is a bug of ours.
template <class Tag = OnlyContainer>
class TreeLink : public boost::intrusive::set_base_hook<boost::intrusive::tag<Tag>, intrusive_detail::CheckedLink,
                                                        boost::intrusive::optimize_size<true>> {};

/// A tree of elements that it does not own, sorted by `kKey`: a data member or a const member function. The key must
/// not change while an element is in the tree. Equal keys stay in the order they were added. Its user provides the
/// lock.
template <class T, auto kKey, class Tag = OnlyContainer>
class IntrusiveTree {
  public:
    using Key = std::remove_cvref_t<std::invoke_result_t<decltype(kKey), const T&>>;

    IntrusiveTree() = default;
    IntrusiveTree(const IntrusiveTree&) = delete;
    IntrusiveTree& operator=(const IntrusiveTree&) = delete;

    /// The tree must be empty: elements would otherwise keep links into nowhere.
    ~IntrusiveTree() { ASSERT(empty(), "a tree died with elements in it"); }

    /// `element` must not be in a tree of this tag.
    void insert(T& element) { tree_.insert(element); }

    /// `element` must be in this tree.
    void remove(T& element) {
        ASSERT(is_linked(element), "an element was removed that is in no tree");
        tree_.erase(tree_.iterator_to(element));
    }

    /// The first element with this key. Null if there is none.
    [[nodiscard]] T* find(const Key& key) { return element(tree_.find(key)); }

    /// The first element whose key is not less than `key`. Null if there is none.
    [[nodiscard]] T* at_or_after(const Key& key) { return element(tree_.lower_bound(key)); }

    /// The last element whose key is not greater than `key`. Null if there is none.
    [[nodiscard]] T* at_or_before(const Key& key) { return element_before(tree_.upper_bound(key)); }

    [[nodiscard]] T* first() { return element(tree_.begin()); }

    [[nodiscard]] T* last() { return element_before(tree_.end()); }

    /// The neighbours of an element of this tree. Null at the ends.
    [[nodiscard]] T* next(T& of) { return element(++tree_.iterator_to(of)); }

    [[nodiscard]] T* previous(T& of) { return element_before(tree_.iterator_to(of)); }

    [[nodiscard]] bool empty() const { return tree_.empty(); }

    [[nodiscard]] usize count() const { return tree_.size(); }

    /// Whether `element` is in any tree of this tag.
    [[nodiscard]] static bool is_linked(const T& element) {
        return static_cast<const TreeLink<Tag>&>(element).is_linked();
    }

    /// Do not remove the element a loop stands at.
    [[nodiscard]] auto begin() { return tree_.begin(); }

    [[nodiscard]] auto end() { return tree_.end(); }

    [[nodiscard]] auto begin() const { return tree_.begin(); }

    [[nodiscard]] auto end() const { return tree_.end(); }

  private:
    struct KeyOf {
        using type = Key;

        Key operator()(const T& element) const {
            if constexpr (std::is_member_function_pointer_v<decltype(kKey)>) {
                return (element.*kKey)();
            } else {
                return element.*kKey;
            }
        }
    };

    using Tree =
        boost::intrusive::multiset<T, boost::intrusive::base_hook<TreeLink<Tag>>, boost::intrusive::key_of_value<KeyOf>,
                                   boost::intrusive::constant_time_size<true>>;
    using Position = typename Tree::iterator;

    T* element(Position position) { return intrusive_detail::element_or_null(tree_, position); }

    T* element_before(Position position) { return position == tree_.begin() ? nullptr : &*--position; }

    Tree tree_;
};

} // namespace base
