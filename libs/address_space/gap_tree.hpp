/// Disjoint ranges of addresses in order, and the gaps between them: an AVL tree whose nodes know the largest gap
/// below.
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
class GapLink {
  private:
    friend class GapTree<T>;

    T* parent_ = nullptr;
    T* left_ = nullptr;
    T* right_ = nullptr;
    T* lower_ = nullptr;
    T* upper_ = nullptr;
    int height_ = 0;       ///< 0: in no tree
    base::Bytes before_{}; ///< the gap in front of it; of the first element, from address 0 on
    base::Bytes gap_{};    ///< the largest such gap of what hangs here
};

/// A tree of elements that it does not own. While one is in it, its range changes through change(). Everything but
/// next() and previous() costs the logarithm of the number of elements. Its user provides the lock.
template <class T>
class GapTree {
  public:
    GapTree() = default;
    GapTree(const GapTree&) = delete;
    GapTree& operator=(const GapTree&) = delete;

    ~GapTree() { ASSERT(root_ == nullptr, "a tree of ranges died with ranges in it"); }

    /// `element` is in no tree and overlaps nothing in this one.
    void insert(T& element) {
        ASSERT(element.height_ == 0, "a range was inserted twice");
        T** link = &root_;
        while (*link != nullptr) {
            T& at = **link;
            const bool is_before = element.start() < at.start();
            element.parent_ = &at;
            (is_before ? element.upper_ : element.lower_) = &at;
            link = is_before ? &at.left_ : &at.right_;
        }
        *link = &element;
        thread(element.lower_, &element);
        thread(&element, element.upper_);
        element.height_ = 1;
        element.before_ = element.gap_ = gap_before(element);
        settle(element.parent_);
        refresh(element.upper_);
        ++count_;
    }

    /// `element` is in this tree.
    void remove(T& element) {
        ASSERT(element.height_ != 0, "a range was removed that is in no tree");
        T* const deepest =
            element.left_ != nullptr && element.right_ != nullptr ? replace(element) : lift_child(element);
        thread(element.lower_, element.upper_);
        settle(deepest);
        refresh(element.upper_);
        static_cast<GapLink<T>&>(element) = {};
        --count_;
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
        for (T* at = root_; at != nullptr;) {
            const bool is_before = at->start() <= address;
            best = is_before ? at : best;
            at = is_before ? at->right_ : at->left_;
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
        if (const auto found = find_gap_below(root_, window, size)) {
            return found;
        }
        return fit({last_ == nullptr ? base::VirtualAddress{0} : last_->end(), window.end}, window, size);
    }

    [[nodiscard]] T* first() const { return first_; }

    /// The neighbours of an element of this tree. Null at the ends.
    [[nodiscard]] T* next(const T& of) const { return of.upper_; }

    [[nodiscard]] T* previous(const T& of) const { return of.lower_; }

    [[nodiscard]] bool empty() const { return root_ == nullptr; }

    [[nodiscard]] base::usize count() const { return count_; }

    /// How many elements a search looks at, at most.
    [[nodiscard]] int height() const { return height(root_); }

  private:
    [[nodiscard]] T* behind(const T* before) const { return before == nullptr ? first_ : before->upper_; }

    static int height(const T* at) { return at == nullptr ? 0 : at->height_; }

    static base::Bytes gap(const T* at) { return at == nullptr ? base::Bytes{0} : at->gap_; }

    static base::Bytes gap_before(const T& element) {
        return element.start() - (element.lower_ == nullptr ? base::VirtualAddress{0} : element.lower_->end());
    }

    /// The pointer that leads to `at`.
    T*& link_to(const T& at) {
        T* const parent = at.parent_;
        return parent == nullptr ? root_ : parent->left_ == &at ? parent->left_ : parent->right_;
    }

    void thread(T* before, T* behind) {
        (before == nullptr ? first_ : before->upper_) = behind;
        (behind == nullptr ? last_ : behind->lower_) = before;
    }

    static void update(T& at) {
        at.height_ = 1 + std::max(height(at.left_), height(at.right_));
        at.gap_ = std::max({at.before_, gap(at.left_), gap(at.right_)});
    }

    /// The gap in front of `element` may be another.
    void refresh(T* element) {
        if (element == nullptr || element->before_ == gap_before(*element)) {
            return;
        }
        element->before_ = gap_before(*element);
        settle(element);
    }

    /// What hangs below `at` is right; makes it right from there up, as far as anything changes.
    void settle(T* at) {
        while (at != nullptr) {
            T* const above = at->parent_;
            const int height_seen = at->height_;
            const base::Bytes gap_seen = at->gap_;
            const T& top = balance(*at);
            if (top.height_ == height_seen && top.gap_ == gap_seen) {
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
                rotate<&T::right_, &T::left_>(*at.left_);
            }
            return rotate<&T::left_, &T::right_>(at);
        }
        if (lean < -1) {
            if (height(at.right_->right_) < height(at.right_->left_)) {
                rotate<&T::left_, &T::right_>(*at.right_);
            }
            return rotate<&T::right_, &T::left_>(at);
        }
        update(at);
        return at;
    }

    /// Brings up the child on the side `kFrom`; returns it.
    template <T* GapLink<T>::* kFrom, T* GapLink<T>::* kTo>
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
    T* replace(T& element) {
        T& next = *element.upper_;
        T* const deepest = next.parent_ == &element ? &next : next.parent_;
        lift_child(next);
        link_to(element) = &next;
        next.parent_ = element.parent_;
        next.left_ = element.left_;
        next.right_ = element.right_;
        adopt(next, next.left_);
        adopt(next, next.right_);
        // What is above was made with these.
        next.height_ = element.height_;
        next.gap_ = element.gap_;
        next.before_ = element.before_;
        return deepest;
    }

    static std::optional<base::VirtualAddress> fit(Span gap, Span window, base::Bytes size) {
        const Span inside{std::max(gap.start, window.start), std::min(gap.end, window.end)};
        const bool fits = inside.start <= inside.end && inside.size() >= size;
        return fits ? std::optional{inside.start} : std::nullopt;
    }

    static std::optional<base::VirtualAddress> find_gap_below(const T* at, Span window, base::Bytes size) {
        while (at != nullptr && at->gap_ >= size) {
            if (window.start < at->start()) {
                if (const auto found = find_gap_below(at->left_, window, size)) {
                    return found;
                }
                if (const auto found = fit({at->start() - at->before_, at->start()}, window, size)) {
                    return found;
                }
            }
            at = at->start() < window.end ? at->right_ : nullptr;
        }
        return std::nullopt;
    }

    T* root_ = nullptr;
    T* first_ = nullptr;
    T* last_ = nullptr;
    base::usize count_ = 0;
};

} // namespace address_space
