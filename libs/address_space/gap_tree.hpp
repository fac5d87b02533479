/// Disjoint ranges of addresses in order, and the gaps between them: a tree whose nodes know the largest gap below.
///
///     struct Region : GapLink<Region> { VirtualAddress start() const; VirtualAddress end() const; };
///     GapTree<Region> regions;
///     regions.insert(region);
///     Region* const around = regions.at_or_before(address);
///     const auto place = regions.find_gap({low, high}, 16_KiB);
#pragma once

#include <algorithm>
#include <optional>

#include "base/assert.hpp"
#include "base/balanced_tree.hpp"
#include "base/units.hpp"

namespace address_space {

/// The addresses [start, end).
struct Span {
    base::VirtualAddress start;
    base::VirtualAddress end;

    [[nodiscard]] base::Bytes size() const { return end - start; }

    friend constexpr bool operator==(Span, Span) = default;
};

template <class T>
class GapTree;

/// Base of an element, which is in one tree at most.
template <class T>
class GapLink : public base::BalancedLink<T, base::Bytes> {
  private:
    friend class GapTree<T>;
    template <class>
    friend struct LargestGap;

    T* lower_ = nullptr;
    T* upper_ = nullptr;
    base::Bytes before_{}; ///< the gap in front of it; of the first element, from address 0 on
};

/// What a tree knows of each part: the largest gap in front of an element.
template <class T>
struct LargestGap {
    using Summary = base::Bytes;

    static base::Bytes summary_of(const T& element) { return static_cast<const GapLink<T>&>(element).before_; }

    static base::Bytes join(base::Bytes a, base::Bytes b) { return std::max(a, b); }
};

/// A tree of elements that it does not own. While one is in it, its range changes through change(). Everything but
/// next() and previous() costs the logarithm of the number of elements. Its user provides the lock.
template <class T>
class GapTree : public base::BalancedTree<T, LargestGap<T>> {
    using Tree = base::BalancedTree<T, LargestGap<T>>;

  public:
    GapTree() = default;

    ~GapTree() { ASSERT(Tree::empty(), "a tree of ranges died with ranges in it"); }

    /// `element` is in no tree and overlaps nothing in this one.
    void insert(T& element) {
        ASSERT(!Tree::is_linked(element), "a range was inserted twice");
        T* parent = nullptr;
        bool is_before = false;
        for (T* at = Tree::root(); at != nullptr; at = is_before ? Tree::left(*at) : Tree::right(*at)) {
            parent = at;
            is_before = element.start() < at->start();
            (is_before ? element.upper_ : element.lower_) = at;
        }
        thread(element.lower_, &element);
        thread(&element, element.upper_);
        element.before_ = gap_before(element);
        Tree::hang(element, parent, is_before);
        refresh(element.upper_);
    }

    /// `element` is in this tree.
    void remove(T& element) {
        ASSERT(Tree::is_linked(element), "a range was removed that is in no tree");
        T* const upper = element.upper_;
        Tree::take_out(element, upper);
        thread(element.lower_, upper);
        refresh(upper);
        static_cast<GapLink<T>&>(element) = {};
    }

    /// Calls change(), which changes the range of `element`, but not its place among the others.
    template <class F>
    void change(T& element, F&& change) {
        change();
        refresh(&element);
        refresh(element.upper_);
    }

    /// The last element that starts at `address` or before. Null if there is none.
    [[nodiscard]] T* at_or_before(base::VirtualAddress address) const {
        T* best = nullptr;
        for (T* at = Tree::root(); at != nullptr;) {
            const bool is_before = at->start() <= address;
            best = is_before ? at : best;
            at = is_before ? Tree::right(*at) : Tree::left(*at);
        }
        return best;
    }

    /// The element that `address` lies in. Null if there is none.
    [[nodiscard]] T* around(base::VirtualAddress address) const {
        T* const before = at_or_before(address);
        return before != nullptr && address < before->end() ? before : nullptr;
    }

    /// The first element that has addresses of `span`. Null if there is none.
    [[nodiscard]] T* first_in(Span span) const {
        T* const before = at_or_before(span.start);
        T* const found = before != nullptr && span.start < before->end() ? before : behind(before);
        return found != nullptr && found->start() < span.end ? found : nullptr;
    }

    /// Where the lowest gap within `window` begins that holds `size`.
    [[nodiscard]] std::optional<base::VirtualAddress> find_gap(Span window, base::Bytes size) const {
        if (const auto found = find_gap_below(Tree::root(), window, size)) {
            return found;
        }
        return fit({last_ == nullptr ? base::VirtualAddress{0} : last_->end(), window.end}, window, size);
    }

    [[nodiscard]] T* first() const { return first_; }

    /// The neighbours of an element of this tree. Null at the ends.
    [[nodiscard]] T* next(const T& of) const { return of.upper_; }

    [[nodiscard]] T* previous(const T& of) const { return of.lower_; }

  private:
    [[nodiscard]] T* behind(const T* before) const { return before == nullptr ? first_ : before->upper_; }

    static base::Bytes gap_before(const T& element) {
        return element.start() - (element.lower_ == nullptr ? base::VirtualAddress{0} : element.lower_->end());
    }

    void thread(T* before, T* behind) {
        (before == nullptr ? first_ : before->upper_) = behind;
        (behind == nullptr ? last_ : behind->lower_) = before;
    }

    /// The gap in front of `element` may be another.
    void refresh(T* element) {
        if (element == nullptr || element->before_ == gap_before(*element)) {
            return;
        }
        element->before_ = gap_before(*element);
        Tree::settle(element);
    }

    static std::optional<base::VirtualAddress> fit(Span gap, Span window, base::Bytes size) {
        const Span inside{std::max(gap.start, window.start), std::min(gap.end, window.end)};
        const bool fits = inside.start <= inside.end && inside.size() >= size;
        return fits ? std::optional{inside.start} : std::nullopt;
    }

    static std::optional<base::VirtualAddress> find_gap_below(const T* at, Span window, base::Bytes size) {
        while (at != nullptr && Tree::summary(*at) >= size) {
            if (window.start < at->start()) {
                if (const auto found = find_gap_below(Tree::left(*at), window, size)) {
                    return found;
                }
                if (const auto found = fit({at->start() - at->before_, at->start()}, window, size)) {
                    return found;
                }
            }
            at = at->start() < window.end ? Tree::right(*at) : nullptr;
        }
        return std::nullopt;
    }

    T* first_ = nullptr;
    T* last_ = nullptr;
};

} // namespace address_space
