/// Who waits for whom, and what rank each has from those who wait for it: through calls and through locks.
///
///     struct Thread : Inheritor { Thread() : Inheritor(rank, &Thread::on_rank_changed) {} Wait lock_wait; };
///     call.wait.begin(client, server);     // the caller parks
///     call.wait.end();                     // it was answered
///     thread.lock_wait.move(next_owner);   // the lock has another owner
#pragma once

#include <array>

#include "base/intrusive_list.hpp"
#include "libs/scheduler/ranked_list.hpp"

namespace scheduler {

class Inheritor;

/// That one waits for another. Embedded in the call, or in the thread that waits for a lock. One that dies has ended.
class Wait : public base::ListLink<>, public Ranked {
  public:
    Wait() = default;
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

    ~Wait() { ASSERT(waiter_ == nullptr, "a wait dies before it ends"); }

    /// `holder` runs at least with the rank of `waiter` until end(). Not so if that would close a cycle, make a chain
    /// longer than Inheritor::kLongestChain, or be one wait too many: then it waits in vain, and nothing is inherited
    /// through it until it begins anew, or a wait that stood in its way has ended.
    void begin(Inheritor& waiter, Inheritor& holder);

    void end();

    /// From now on the waiter waits for `holder`.
    void move(Inheritor& holder);

    [[nodiscard]] bool is_begun() const { return waiter_ != nullptr; }

    /// Whether anything is inherited through it.
    [[nodiscard]] bool is_followed() const { return is_followed_; }

  private:
    friend class Inheritor;

    void follow();
    void leave();

    Inheritor* waiter_ = nullptr;
    Inheritor* holder_ = nullptr;
    base::u8 height_ = 0;
    bool is_followed_ = false;
};

/// One who may wait and be waited for: a thread, or a server's ring. It runs with the highest of its own rank and those
/// of all who wait for it, and when these have ended, with its own. What is followed never has a cycle and no chain of
/// more than kLongestChain waits; who is waited for himself lends by one wait at a time, and others by kMostLent: so
/// all here is bounded. All that may wait for each other need one lock.
class Inheritor {
  public:
    static constexpr base::u32 kLongestChain = 16;
    static constexpr base::u32 kMostLent = 4;
    /// By so many at most one is lent to.
    static constexpr base::u32 kMostBorrowed = 65'535;

    using Changed = void (*)(Inheritor& inheritor);

    /// `changed` is called after its rank has changed.
    Inheritor(Rank own, Changed changed) : own_(own), rank_(own), changed_(changed) {}

    Inheritor(const Inheritor&) = delete;
    Inheritor& operator=(const Inheritor&) = delete;

    ~Inheritor() { ASSERT(waiters_.is_empty() && waits_.empty(), "one dies for whom somebody waits"); }

    [[nodiscard]] Rank own_rank() const { return own_; }

    [[nodiscard]] Rank rank() const { return rank_; }

    [[nodiscard]] bool is_boosted() const { return rank_ > own_; }

    void set_own_rank(Rank own) {
        own_ = own;
        refresh();
    }

  private:
    friend class Wait;

    /// More waits than these at once are not looked through: whoever made them has others wait meanwhile.
    static constexpr base::u32 kLookedAt = 32;
    /// One that may be followed now is as much as so many, for that looks through others.
    static constexpr base::u32 kFollowed = 8;

    /// What can be reached from one by the waits that are followed.
    struct Reach {
        const Inheritor& sought;
        bool is_met = false;
        base::u32 length = 0;
        base::u32 looked_at = 0;
    };

    [[nodiscard]] bool may_lend() const { return lent_ < (waiters_.is_empty() ? kMostLent : 1); }

    void survey(Reach& reach, base::u32 length) const;
    void lend_by_one();
    void refresh();
    void retry(base::u32 length, base::u32& looked_at);
    void add_waiter(Wait& wait);
    void remove_waiter(Wait& wait);
    [[nodiscard]] base::u8 longest_below() const;

    Rank own_;
    Rank rank_;
    base::u8 height_ = 0;    ///< the longest chain of waits that ends here
    base::u8 lent_ = 0;      ///< of its waits, those that are followed
    base::u16 borrowed_ = 0; ///< the same of those who wait for it
    Changed changed_;
    base::IntrusiveList<Wait> waits_;
    RankedList waiters_;
    std::array<base::u16, kLongestChain> heights_{}; ///< how many wait at the end of a chain of so many waits
};

} // namespace scheduler
