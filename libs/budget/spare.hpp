/// What a budget has drawn from its parent and not given to anybody yet.
#pragma once

#include <algorithm>
#include <atomic>

#include "base/types.hpp"

namespace budget {

/// One word, so that taking and giving cost one atomic operation. While it is withheld, take() finds nothing, and each
/// charge comes to the tree; give() is the same as ever.
///
/// All orders are relaxed: only the amounts matter, nothing is published through them.
class Spare {
  public:
    /// Takes `amount`, all or nothing.
    bool take(base::u64 amount) {
        base::i64 now = word_.load(std::memory_order_relaxed);
        do {
            if (now < 0 || static_cast<base::u64>(now) < amount) {
                return false;
            }
        } while (!word_.compare_exchange_weak(now, now - static_cast<base::i64>(amount), std::memory_order_relaxed));
        return true;
    }

    void give(base::u64 amount) { word_.fetch_add(static_cast<base::i64>(amount), std::memory_order_relaxed); }

    // The rest under the tree's lock.

    [[nodiscard]] base::u64 value() const { return visible(word_.load(std::memory_order_relaxed)); }

    /// Takes `amount`, or all there is; returns how much. Also what is withheld.
    base::u64 take_up_to(base::u64 amount) {
        base::i64 now = word_.load(std::memory_order_relaxed);
        base::u64 taken = 0;
        do {
            taken = std::min(amount, visible(now));
        } while (!word_.compare_exchange_weak(now, now - static_cast<base::i64>(taken), std::memory_order_relaxed));
        return taken;
    }

    /// Counts: what was withheld twice is let go twice.
    void withhold() {
        if (withheld_++ == 0) {
            word_.fetch_sub(kShift, std::memory_order_relaxed);
        }
    }

    void let_go() {
        if (--withheld_ == 0) {
            word_.fetch_add(kShift, std::memory_order_relaxed);
        }
    }

    [[nodiscard]] base::u32 withheld() const { return withheld_; }

  private:
    /// Below zero whatever is added: amounts stay below kUnlimited.
    static constexpr base::i64 kShift = 1LL << 62;

    [[nodiscard]] base::u64 visible(base::i64 word) const {
        return static_cast<base::u64>(withheld_ == 0 ? word : word + kShift);
    }

    std::atomic<base::i64> word_{0};
    base::u32 withheld_ = 0;
};

} // namespace budget
