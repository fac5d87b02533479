/// Who waits for which word.
///
///     WaitingTable<KernelLock, kAddressWaitLock> table;
///     table.wait(waiter, word, [&] { return load(word) == expected; });
///     table.wake(word, 1, [&](Waiter& woken) { … });
#pragma once

#include <array>
#include <bit>
#include <optional>

#include "base/guarded.hpp"
#include "libs/address_wait/waiter.hpp"

namespace address_wait {

/// How many waiters requeue() woke, or is to wake, and how many it moved.
struct Counts {
    base::u32 woken = 0;
    base::u32 moved = 0;

    friend constexpr bool operator==(const Counts&, const Counts&) = default;
};

/// A fixed number of buckets, each a sorted tree behind its own lock, so that those who wait for one word cost those of
/// another nothing but the height of a tree. Who waited first is woken and moved first. What is called back runs under
/// the lock of a bucket.
///
/// *Order of memory.* Whoever changes a word and then wakes, finds every waiter that saw the old one: either its lock
/// comes behind the waiter's, and the waiter is there; or before, and what was written is seen by `holds`.
template <class Lock, const base::LockClass& kClass>
class WaitingTable {
  public:
    static constexpr base::u32 kBuckets = 256;
    static constexpr base::u32 kMostLeft = 16;

    /// The number of the bucket in which `word` is waited for.
    static base::u32 bucket_of(Word word) {
        // Of a product the upper bits depend on all bits of its factors.
        constexpr base::u64 kOdd = 0x9e37'79b9'7f4a'7c15;
        constexpr int kShift = 64 - std::countr_zero(kBuckets);
        static_assert(std::has_single_bit(kBuckets));
        return static_cast<base::u32>(((word.object * kOdd) ^ (word.offset >> 2)) * kOdd >> kShift);
    }

    /// `waiter` waits for `word` from now on, if holds(). Whether it does.
    template <class Holds>
    bool wait(Waiter& waiter, Word word, Holds holds) {
        const base::u32 index = bucket_of(word);
        return buckets_.at(index).waiters.with([&](Tree& tree) {
            const bool waits = holds();
            if (waits) {
                add(tree, index, waiter, word);
            }
            return waits;
        });
    }

    /// Takes out those who wait for `word`, at most `most`, and calls on_woken(waiter) for each. How many.
    template <class F>
    base::u32 wake(Word word, base::u32 most, F on_woken) {
        return wake(word, most, on_woken, [](Waiter&) {});
    }

    /// The same, and calls on_left(waiter) for those who wait for `word` yet, the first kMostLeft of them.
    template <class F, class Left>
    base::u32 wake(Word word, base::u32 most, F on_woken, Left on_left) {
        return buckets_.at(bucket_of(word)).waiters.with([&](Tree& tree) {
            const base::u32 woken = wake_some(tree, word, most, on_woken);
            visit_left(tree, word, on_left);
            return woken;
        });
    }

    /// If holds(): does as wake() does with `most.woken`, and has at most `most.moved` of the others wait for `to`,
    /// behind those who do already; on_moved(waiter) is called for each. `to` is another word than `from`. Nothing: it
    /// does not hold.
    template <class Holds, class F, class Moved>
    std::optional<Counts> requeue(Word from, Word to, Counts most, Holds holds, F on_woken, Moved on_moved) {
        ASSERT(from != to, "a waiter moved to where it is");
        const auto body = [&](Tree& source, Tree& target) {
            std::optional<Counts> done;
            if (holds()) {
                const base::u32 woken = wake_some(source, from, most.woken, on_woken);
                done = Counts{.woken = woken, .moved = move_some(source, from, target, to, most.moved, on_moved)};
            }
            return done;
        };
        Shared& source = buckets_.at(bucket_of(from)).waiters;
        Shared& target = buckets_.at(bucket_of(to)).waiters;
        return &source == &target ? source.with([&](Tree& both) { return body(both, both); })
                                  : Shared::with_both(source, target, body);
    }

    /// `waiter` waits no more. False: it did not.
    bool take(Waiter& waiter) {
        for (;;) {
            // It may be moved until its bucket is locked.
            const base::u32 index = waiter.bucket_.load(std::memory_order_relaxed);
            if (index == Waiter::kNone) {
                return false;
            }
            if (buckets_.at(index).waiters.with([&](Tree& tree) { return take_from(tree, index, waiter); })) {
                return true;
            }
        }
    }

  private:
    using Tree = base::IntrusiveTree<Waiter, &Waiter::word, WaitingTree>;
    using Shared = base::Guarded<Tree, Lock, kClass>;

    /// On a line of its own: processors that wait for different words do not meet.
    struct alignas(64) Bucket {
        Shared waiters;
    };

    static void add(Tree& tree, base::u32 index, Waiter& waiter, Word word) {
        waiter.word_ = word;
        waiter.bucket_.store(index, std::memory_order_relaxed);
        tree.insert(waiter);
    }

    static void remove(Tree& tree, Waiter& waiter) {
        tree.remove(waiter);
        waiter.bucket_.store(Waiter::kNone, std::memory_order_relaxed);
    }

    static bool take_from(Tree& tree, base::u32 index, Waiter& waiter) {
        const bool is_here = waiter.bucket_.load(std::memory_order_relaxed) == index;
        if (is_here) {
            remove(tree, waiter);
        }
        return is_here;
    }

    template <class F>
    static base::u32 wake_some(Tree& tree, Word word, base::u32 most, F& on_woken) {
        base::u32 woken = 0;
        for (; woken < most; ++woken) {
            Waiter* const first = tree.find(word);
            if (first == nullptr) {
                break;
            }
            remove(tree, *first);
            on_woken(*first);
        }
        return woken;
    }

    template <class Left>
    static void visit_left(Tree& tree, Word word, Left& on_left) {
        Waiter* waiter = tree.find(word);
        for (base::u32 count = 0; count < kMostLeft && waiter != nullptr && waiter->word() == word; ++count) {
            on_left(*waiter);
            waiter = tree.next(*waiter);
        }
    }

    template <class Moved>
    static base::u32 move_some(Tree& source, Word from, Tree& target, Word to, base::u32 most, Moved& on_moved) {
        const base::u32 index = bucket_of(to);
        base::u32 moved = 0;
        for (; moved < most; ++moved) {
            Waiter* const first = source.find(from);
            if (first == nullptr) {
                break;
            }
            // It is at no time nowhere: take() waits for it.
            source.remove(*first);
            add(target, index, *first, to);
            on_moved(*first);
        }
        return moved;
    }

    std::array<Bucket, kBuckets> buckets_;
};

} // namespace address_wait
