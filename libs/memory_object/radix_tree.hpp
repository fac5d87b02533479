/// A persistent tree from page numbers to words: a copy of any size costs one count, and shares what nobody changed
/// since.
#pragma once

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/result.hpp"
#include "libs/memory_object/resources.hpp"

namespace memory_object {

/// What a call may do, so that calls are short. A word that is looked at counts 1, a node that is entered kNodeWork, a
/// page that is filled or copied kPageWork.
class Work {
  public:
    static constexpr base::u64 kNodeWork = 4;
    static constexpr base::u64 kPageWork = 24;
    /// Of a page that is taken out: its frame is given back.
    static constexpr base::u64 kErasedWork = 14;
    /// Any call may do this much: so it comes forward.
    static constexpr base::u64 kLeast = 64;

    explicit Work(base::u64 limit) : left_(std::max(limit, kLeast)) {}

    void spend(base::u64 amount) { left_ -= std::min(left_, amount); }

    [[nodiscard]] bool is_spent() const { return left_ == 0; }

    [[nodiscard]] base::u64 left() const { return left_; }

  private:
    base::u64 left_;
};

/// Trees that are copies of each other may be used from different processors at once; one tree may not. A tree must be
/// empty when it dies. Page numbers are below limit().
template <Resources S>
class RadixTree {
  public:
    /// The place of one page, in a node that belongs to this tree alone. Until the tree changes otherwise.
    class Place {
      public:
        Place(Node& leaf, base::usize slot) : leaf_(leaf), slot_(slot) {}

        [[nodiscard]] Word word() const { return leaf_.words[slot_ % kNodePlaces]; }

        void set(Word word) {
            leaf_.used =
                static_cast<base::u16>(leaf_.used + (word.is_absent() ? 0 : 1) - (this->word().is_absent() ? 0 : 1));
            leaf_.words[slot_ % kNodePlaces] = word;
        }

      private:
        Node& leaf_;
        base::usize slot_;
    };

    struct Found {
        Word word;
        bool is_shared; ///< with a copy of this tree
    };

    /// For pages [0, pages).
    explicit RadixTree(base::u64 pages) : height_(height_for(pages)) {}

    RadixTree(RadixTree&& other) noexcept : root_(std::exchange(other.root_, nullptr)), height_(other.height_) {}

    RadixTree(const RadixTree&) = delete;
    RadixTree& operator=(const RadixTree&) = delete;

    ~RadixTree() { ASSERT(root_ == nullptr, "a tree of pages died with pages in it"); }

    /// Another tree with the same content. Constant time.
    [[nodiscard]] RadixTree clone() const {
        RadixTree other(0);
        other.height_ = height_;
        other.root_ = root_;
        if (root_ != nullptr) {
            // Relaxed: this tree's reference keeps it alive and visible.
            root_->references.fetch_add(1, std::memory_order_relaxed);
        }
        return other;
    }

    [[nodiscard]] base::u64 limit() const { return base::u64{1} << (kNodeBits * height_); }

    [[nodiscard]] bool is_empty() const { return root_ == nullptr; }

    [[nodiscard]] base::u64 pinned() const { return root_ == nullptr ? 0 : root_->pinned; }

    /// Makes room for pages [0, pages). NoMemory; then what is in the tree has not changed.
    base::Result<void> grow(S& source, base::u64 pages) {
        while (height_ < height_for(pages)) {
            if (root_ != nullptr) {
                Node& above = *TRY(source.allocate_node(height_));
                above.clear();
                above.children[0] = root_;
                above.used = 1;
                above.pinned = root_->pinned;
                root_ = &above;
            }
            ++height_;
        }
        return {};
    }

    [[nodiscard]] Found find(base::u64 page) const {
        const Node* node = root_;
        bool shared = false;
        while (node != nullptr) {
            shared |= is_shared(*node);
            if (node->level == 0) {
                return {node->words[slot_of(page, 0)], shared};
            }
            node = node->children[slot_of(page, node->level)];
        }
        return {Word{}, shared};
    }

    /// The page's place to write to: makes what is missing on the way and copies what is shared. NoMemory; then what is
    /// in the tree has not changed. Who does not fill the place calls tidy().
    [[gnu::always_inline]] base::Result<Place> open(S& source, base::u64 page) {
        // Most faults find their way made and their own: what else may happen stays out of their path.
        Node* node = root_;
        while (node != nullptr && !is_shared(*node)) {
            if (node->level == 0) {
                return Place{*node, slot_of(page, 0)};
            }
            node = node->children[slot_of(page, node->level)];
        }
        return make_way(source, page);
    }

    /// Gives back the nodes around `page` that hold nothing.
    void tidy(S& source, base::u64 page) {
        if (root_ != nullptr && !is_shared(*root_)) {
            tidy_below(source, root_, page);
        }
    }

    /// Counts a pin of a page whose place was opened: the whole way to it belongs to this tree.
    void count_pin(base::u64 page, bool added) {
        Node* node = root_;
        for (;;) {
            node->pinned += added ? 1 : ~base::u32{0};
            if (node->level == 0) {
                return;
            }
            node = node->children[slot_of(page, node->level)];
        }
    }

    /// Whether any of the pages [first, last] is pinned.
    [[nodiscard]] bool is_any_pinned(base::u64 first, base::u64 last) const {
        return root_ != nullptr && is_any_pinned(*root_, 0, first, last);
    }

    /// Takes the words of [first, last] out of the tree, from the front, until the work is spent. on_word(page, word)
    /// is told each that is not absent, and releases what it stands for; what others share stays theirs and is not
    /// told. Where it stopped: the first page that is not done, last + 1 at the end. NoMemory: a node at the border is
    /// shared and cannot be copied; nothing has changed.
    template <class F>
    base::Result<base::u64> erase(S& source, base::u64 first, base::u64 last, Work& work, F&& on_word) {
        TRY(own_way_to(source, first, first, last));
        TRY(own_way_to(source, last, first, last));
        base::u64 next = last + 1;
        if (root_ != nullptr) {
            erase_below(source, root_, 0, {first, last, next}, work, on_word);
        }
        return next;
    }

    /// change(page, word) for the words of [first, last] that are not absent, in order, until the work is spent; a word
    /// is changed through the reference, but not to absent. The tree shares nothing. Where it stopped.
    template <class F>
    base::u64 visit(base::u64 first, base::u64 last, Work& work, F&& change) {
        base::u64 page = first;
        while (page <= last && !work.is_spent()) {
            Node* node = root_;
            while (node != nullptr && node->level != 0) {
                work.spend(1);
                Node* const child = node->children[slot_of(page, node->level)];
                if (child == nullptr) {
                    page = end_of_place(page, node->level);
                    break;
                }
                node = child;
            }
            if (node == nullptr) {
                return last + 1;
            }
            if (node->level == 0) {
                page = visit_leaf(*node, page, last, work, change);
            }
        }
        return std::min(page, last + 1);
    }

  private:
    struct Range {
        base::u64 first;
        base::u64 last;
        base::u64& next; ///< where it stopped
    };

    static base::u8 height_for(base::u64 pages) {
        base::u8 height = 1;
        while (pages > base::u64{1} << (kNodeBits * height)) {
            ++height;
        }
        return height;
    }

    static base::usize slot_of(base::u64 page, base::u8 level) {
        return page >> (kNodeBits * level) & (kNodePlaces - 1);
    }

    /// How many pages one place of a node of `level` stands for.
    static base::u64 span_of(base::u8 level) { return base::u64{1} << (kNodeBits * level); }

    static base::u64 end_of_place(base::u64 page, base::u8 level) { return (page | (span_of(level) - 1)) + 1; }

    /// Acquire: who was the other owner has copied what it wanted before it let go.
    static bool is_shared(const Node& node) { return node.references.load(std::memory_order_acquire) != 1; }

    /// Drops this tree's reference to a shared node. False if the others let go meanwhile: the node is ours alone.
    static bool leave_to_others(Node& node) {
        if (!is_shared(node)) {
            return false;
        }
        if (node.references.fetch_sub(1, std::memory_order_acq_rel) != 1) {
            return true;
        }
        // Nobody else knows it any more.
        node.references.store(1, std::memory_order_relaxed);
        return false;
    }

    /// open(), where nodes are missing or shared.
    [[gnu::noinline]] base::Result<Place> make_way(S& source, base::u64 page) {
        Node* node = TRY(own(source, root_, static_cast<base::u8>(height_ - 1)));
        while (node->level != 0) {
            Node*& child = node->children[slot_of(page, node->level)];
            const bool is_new = child == nullptr;
            const auto owned = own(source, child, static_cast<base::u8>(node->level - 1));
            if (!owned) {
                tidy(source, page);
                return owned.error();
            }
            node->used = static_cast<base::u16>(node->used + (is_new ? 1 : 0));
            node = *owned;
        }
        return Place{*node, slot_of(page, 0)};
    }

    /// The node at `link`, made if there is none, copied if it is shared.
    base::Result<Node*> own(S& source, Node*& link, base::u8 level) {
        if (link == nullptr) [[unlikely]] {
            link = TRY(source.allocate_node(level));
            link->clear();
        } else if (is_shared(*link)) [[unlikely]] {
            link = TRY(copy(source, *link));
        }
        return link;
    }

    /// A node of our own with the content of a shared one, whose reference it takes over.
    base::Result<Node*> copy(S& source, Node& shared) {
        Node& fresh = *TRY(source.allocate_node(shared.level));
        fresh.used = shared.used;
        if (shared.level == 0) {
            fresh.words = shared.words;
            for (const Word word : fresh.words) {
                if (word.tag() == Tag::Frame) {
                    source.share_frame(word.frame());
                }
            }
        } else {
            fresh.children = shared.children;
            for (Node* const child : fresh.children) {
                if (child != nullptr) {
                    child->references.fetch_add(1, std::memory_order_relaxed);
                }
            }
        }
        if (!leave_to_others(shared)) {
            release_copied(source, shared);
        }
        return &fresh;
    }

    /// Ends a node whose content a copy shares: no count in it is the last.
    void release_copied(S& source, Node& node) {
        if (node.level == 0) {
            for (const Word word : node.words) {
                if (word.tag() == Tag::Frame) {
                    source.release_frame(word.frame());
                }
            }
        } else {
            for (Node* const child : node.children) {
                if (child != nullptr) {
                    child->references.fetch_sub(1, std::memory_order_release);
                }
            }
        }
        source.release_node(node);
    }

    /// Copies what is shared on the way to `page` and not wholly in [first, last]; makes nothing.
    base::Result<void> own_way_to(S& source, base::u64 page, base::u64 first, base::u64 last) {
        Node** link = &root_;
        base::u64 start = 0;
        while (*link != nullptr && (start < first || start + (span_of((*link)->level) << kNodeBits) - 1 > last)) {
            Node& node = *TRY(own(source, *link, (*link)->level));
            if (node.level == 0) {
                break;
            }
            start = page & ~(span_of(node.level) - 1);
            link = &node.children[slot_of(page, node.level)];
        }
        return {};
    }

    template <class F>
    void erase_below(S& source, Node*& link, base::u64 start, Range range, Work& work, F& on_word) {
        Node& node = *link;
        const base::u64 span = span_of(node.level);
        const bool whole = range.first <= start && start + span * kNodePlaces - 1 <= range.last;
        work.spend(Work::kNodeWork);
        if (whole && leave_to_others(node)) {
            link = nullptr;
            return;
        }
        const base::u64 begin = std::max(start, range.first);
        const base::u64 end = std::min(start + span * kNodePlaces - 1, range.last);
        for (base::u64 page = begin; page <= end && range.next > range.last; page = end_of_place(page, node.level)) {
            if (work.is_spent()) {
                range.next = page;
            } else if (node.level == 0) {
                erase_word(node, page, work, on_word);
            } else if (Node*& child = node.children[slot_of(page, node.level)]; child != nullptr) {
                erase_below(source, child, page & ~(span - 1), range, work, on_word);
                node.used = static_cast<base::u16>(node.used - (child == nullptr ? 1 : 0));
            }
        }
        if (node.used == 0) {
            link = nullptr;
            source.release_node(node);
        }
    }

    template <class F>
    static void erase_word(Node& leaf, base::u64 page, Work& work, F& on_word) {
        Word& word = leaf.words[slot_of(page, 0)];
        if (!word.is_absent()) {
            work.spend(Work::kErasedWork);
            on_word(page, word);
            word = Word{};
            --leaf.used;
        }
    }

    template <class F>
    static base::u64 visit_leaf(Node& leaf, base::u64 page, base::u64 last, Work& work, F& change) {
        work.spend(Work::kNodeWork);
        const base::u64 end = std::min(end_of_place(page, 1) - 1, last);
        for (; page <= end && !work.is_spent(); ++page) {
            Word& word = leaf.words[slot_of(page, 0)];
            if (!word.is_absent()) {
                work.spend(1);
                change(page, word);
            }
        }
        return page;
    }

    /// `link` leads to a node of our own.
    static void tidy_below(S& source, Node*& link, base::u64 page) {
        Node& node = *link;
        if (node.level != 0) {
            Node*& child = node.children[slot_of(page, node.level)];
            if (child != nullptr && !is_shared(*child)) {
                tidy_below(source, child, page);
                node.used = static_cast<base::u16>(node.used - (child == nullptr ? 1 : 0));
            }
        }
        if (node.used == 0) {
            link = nullptr;
            source.release_node(node);
        }
    }

    static bool is_any_pinned(const Node& node, base::u64 start, base::u64 first, base::u64 last) {
        const base::u64 span = span_of(node.level);
        const base::u64 end = start + span * kNodePlaces - 1;
        if (node.pinned == 0 || end < first || last < start) {
            return false;
        }
        if (first <= start && end <= last) {
            return true;
        }
        for (base::u64 page = std::max(start, first); page <= std::min(end, last);
             page = end_of_place(page, node.level)) {
            const base::usize slot = slot_of(page, node.level);
            if (node.level == 0 ? node.words[slot].pins() != 0
                                : node.children[slot] != nullptr &&
                                      is_any_pinned(*node.children[slot], page & ~(span - 1), first, last)) {
                return true;
            }
        }
        return false;
    }

    Node* root_ = nullptr;
    base::u8 height_;
};

} // namespace memory_object
