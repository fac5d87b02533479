/// Ranks that threads lend to those for whom they wait: through calls, and for locks.
#pragma once

#include <atomic>

#include "base/guarded.hpp"
#include "base/intrusive_list.hpp"
#include "kernel/core/lock_class.hpp"
#include "libs/scheduler/inheritance.hpp"

namespace kernel::thread {
class Thread;
} // namespace kernel::thread

namespace kernel::process {

struct Call;
class FixedLeases;
class LentRank;

/// As what the thread of a ring runs for those who wait for it. Of Inheritance, but for what is told.
class RingRank : public scheduler::Inheritor {
  public:
    RingRank();

    /// Whether who waits here for `other` is to lend it anything. From any processor, as of the last change.
    [[nodiscard]] bool is_above(const RingRank& other) const {
        return told_.load(std::memory_order_relaxed) > other.told_own_.load(std::memory_order_relaxed);
    }

    /// What it runs as, with all that is lent to it. The same.
    [[nodiscard]] scheduler::Rank told() const { return scheduler::Rank{told_.load(std::memory_order_relaxed)}; }

  private:
    friend class Inheritance;

    static void note_changed(scheduler::Inheritor& inheritor);
    void tell_thread() const;

    thread::Thread* thread_ = nullptr; ///< bound to the ring; null: none
    base::IntrusiveList<LentRank, class BorrowedRanks> borrowed_;
    std::atomic<base::u8> told_own_;
    std::atomic<base::u8> told_;
};

/// That the thread of one ring lends its rank to that of another one while it is parked. Belongs to what it waits by;
/// in a list of its own ring as long as it is lent.
class LentRank : public base::ListLink<class LentRanks>, public base::ListLink<BorrowedRanks> {
  public:
    /// `next`: of one that belongs to a call, the next call of its ring.
    explicit LentRank(RingRank& lender, Call* next = nullptr) : lender_(lender), next_call_(next) {}

    [[nodiscard]] Call* next_call() const { return next_call_; }

    /// Call::fixed() of the call that it belongs to, which has no room for it; under the lock of its channel.
    FixedLeases* fixed = nullptr;

  private:
    friend class Inheritance;

    RingRank& lender_;
    Call* next_call_;
    RingRank* holder_ = nullptr; ///< null: nobody, for now
    bool is_lent_ = false;
    bool is_parked_ = false; ///< its lender is
    scheduler::Wait wait_;   ///< begun while it is, and there is a holder
};

using LentRankList = base::IntrusiveList<LentRank, LentRanks>;

/// Who lends to whom, of all rings: one lock, under which threads are told what they run as. Whether a lender is parked
/// is said under the lock of its ring.
class Inheritance {
  public:
    /// More at once a ring does not lend: those waits, which are few, are begun and ended together.
    static constexpr base::usize kMostLent = scheduler::Inheritor::kMostLent;

    /// `thread` is bound to the ring of `rank`, or no longer.
    void bind(RingRank& rank, thread::Thread& thread);
    void unbind(RingRank& rank);

    /// That thread has another rank of its own.
    void set_own(RingRank& rank, scheduler::Rank own);

    /// `lent` is for `holder` from now on. `is_parked`: its lender waits already.
    void lend(LentRank& lent, RingRank& holder, bool is_parked);

    /// The same of one that is lent, or nothing. Null: for nobody, until it is said anew.
    void move(LentRank& lent, RingRank* holder);

    void take_back(LentRank& lent);

    /// The lender of all of `lent` is parked, or no longer.
    void set_parked(LentRankList& lent, bool is_parked);

    /// The ring of `rank` is about to go: nobody lends to it any more.
    void close(RingRank& rank);

  private:
    struct Nothing {};

    static void give(LentRank& lent, RingRank* holder);
    static void begin(LentRank& lent);
    static void end(LentRank& lent);
    static void let_go(LentRank& lent);

    base::Guarded<Nothing, core::KernelLock, core::kInheritanceLock> lock_;
};

} // namespace kernel::process
