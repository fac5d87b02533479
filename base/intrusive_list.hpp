/// A list whose links are in its elements: adding cannot fail, removing costs the same anywhere.
///
///     struct Thread : ListLink<struct RunQueue>, ListLink<struct WaitQueue> { … };
///     IntrusiveList<Thread, RunQueue> ready;
///     ready.push_back(thread);
#pragma once

#include <iterator>

#include "base/intrusive_links.hpp"
#include "base/types.hpp"
// Behind the line above, which arms Boost's checks.
#include <boost/intrusive/list.hpp>

namespace base {

/// Base of an element; one for each list it can be in at the same time, told apart by `Tag`. An element that dies while
/// it is in a list is a bug of ours.
template <class Tag = OnlyContainer>
class ListLink : public boost::intrusive::list_base_hook<boost::intrusive::tag<Tag>, intrusive_detail::CheckedLink> {};

/// A list of elements that it does not own. Its user provides the lock.
template <class T, class Tag = OnlyContainer>
class IntrusiveList {
  public:
    IntrusiveList() = default;
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;

    /// The list must be empty: elements would otherwise keep links into nowhere.
    ~IntrusiveList() { ASSERT(empty(), "a list died with elements in it"); }

    /// `element` must not be in a list of this tag.
    void push_front(T& element) { list_.push_front(element); }

    void push_back(T& element) { list_.push_back(element); }

    /// Adds `element` in front of `next`, which is in this list.
    void insert_before(T& next, T& element) { list_.insert(list_.iterator_to(next), element); }

    /// `element` must be in this list.
    void remove(T& element) {
        ASSERT(is_linked(element), "an element was removed that is in no list");
        list_.erase(list_.iterator_to(element));
    }

    /// Takes out the first element. Null if there is none.
    [[nodiscard]] T* pop_front() {
        T* const element = front();
        if (element != nullptr) {
            list_.pop_front();
        }
        return element;
    }

    [[nodiscard]] T* front() { return empty() ? nullptr : &list_.front(); }

    [[nodiscard]] T* back() { return empty() ? nullptr : &list_.back(); }

    /// The one behind `of`, which is in this list. Null: it is the last.
    [[nodiscard]] T* next(T& of) {
        const auto position = std::next(list_.iterator_to(of));
        return position == list_.end() ? nullptr : &*position;
    }

    [[nodiscard]] bool empty() const { return count() == 0; }

    [[nodiscard]] usize count() const { return list_.size(); }

    /// Whether `element` is in any list of this tag.
    [[nodiscard]] static bool is_linked(const T& element) {
        return static_cast<const ListLink<Tag>&>(element).is_linked();
    }

    /// Do not remove the element a loop stands at.
    [[nodiscard]] auto begin() { return list_.begin(); }

    [[nodiscard]] auto end() { return list_.end(); }

    [[nodiscard]] auto begin() const { return list_.begin(); }

    [[nodiscard]] auto end() const { return list_.end(); }

  private:
    boost::intrusive::list<T, boost::intrusive::base_hook<ListLink<Tag>>, boost::intrusive::constant_time_size<true>>
        list_;
};

} // namespace base
