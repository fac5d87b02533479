/// What waits for a word.
#pragma once

#include <atomic>

#include "base/assert.hpp"
#include "base/intrusive_tree.hpp"
#include "base/lock_class.hpp"
#include "libs/address_wait/word.hpp"

namespace address_wait {

/// Base of what waits, at most for one word at a time. It outlives its wait; whoever takes it out of the table has it
/// alone.
class Waiter : public base::TreeLink<class WaitingTree> {
  public:
    Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// What it waits for, or waited for last. Under the lock of its bucket.
    [[nodiscard]] Word word() const { return word_; }

  protected:
    ~Waiter() { ASSERT(bucket_.load(std::memory_order_relaxed) == kNone, "a waiter died while it waited"); }

  private:
    template <class Lock, const base::LockClass& kClass>
    friend class WaitingTable;

    static constexpr base::u32 kNone = ~base::u32{0};

    Word word_{};
    std::atomic<base::u32> bucket_{kNone}; ///< where it waits; changes under that one's lock
};

} // namespace address_wait
