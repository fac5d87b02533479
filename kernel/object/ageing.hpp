/// Which pages are used and which are not, and what becomes of those that are not.
#pragma once

#include <array>
#include <atomic>

#include "base/guarded.hpp"
#include "base/intrusive_list.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/object/sweep.hpp"
#include "kernel/time/timers.hpp"
#include "libs/address_space/ageing.hpp"

namespace kernel::object {

/// Goes round all address spaces, a slice at a time, while memory is short: by processors that have nothing better to
/// do, one round in kPause, and by who lacks memory. Pages that are cold, clean and their pager's are dropped. Nothing
/// happens while memory is not short, and no timer runs when a round has found all as it was.
class Ageing {
  public:
    static constexpr base::Nanoseconds kPause{100'000'000};

    Ageing() = default;
    Ageing(const Ageing&) = delete;
    Ageing& operator=(const Ageing&) = delete;

    /// Of each address space, when it is made and when nobody refers to it any more.
    void add(AddressSpace& space);
    void remove(AddressSpace& space);

    /// One slice, while memory is short. False: nothing is due now.
    bool run_slice();

    /// The same for who cannot wait for the next round. False: several rounds have found nothing to drop.
    bool run_slice_for_want();

    /// Rounds that have ended, and pages that were dropped.
    [[nodiscard]] base::u64 rounds() const { return rounds_.load(std::memory_order_relaxed); }

    [[nodiscard]] base::u64 dropped() const { return dropped_.load(std::memory_order_relaxed); }

    /// Whether pages are still being taken out of page tables.
    [[nodiscard]] bool is_dropping() const;

  private:
    /// As many rounds as a page needs to become cold, and one.
    static constexpr base::u32 kFruitlessRounds = address_space::Generation::kCold + 1;

    /// Cold pages in a row.
    struct Run {
        static constexpr base::u64 kMost = 64;

        base::RefPtr<Memory> memory;
        base::u64 first = 0;
        base::u64 count = 0;
    };

    static constexpr base::usize kRuns = 4;

    /// Of one slice. What has no place is cold in the next round too.
    struct Runs : std::array<Run, kRuns> {
        void add(Memory& memory, base::u64 page);
    };

    /// Takes what was dropped out of all page tables that show it.
    struct Drop : Sweep {
        Drop() : Sweep([](Sweep& done) { static_cast<Drop&>(done).is_busy.store(false, std::memory_order_release); }) {}

        std::atomic<bool> is_busy{false};
    };

    /// Lets an idle processor look again.
    struct Wake : time::Timer {
        Wake() : Timer([](time::Timer& timer) { static_cast<Wake&>(timer).is_armed.store(false); }) {}

        std::atomic<bool> is_armed{false};
    };

    /// The one that is walked is in front; those that this round has seen are at the end.
    struct Spaces {
        Spaces() : left(0), is_next_new(false) {}

        base::IntrusiveList<AddressSpace, Ageing> list;
        base::usize left; ///< of this round; 0 between rounds
        bool is_next_new; ///< the walk begins at the front one's start
    };

    void slice(base::Nanoseconds now);
    base::RefPtr<AddressSpace> next_space();
    void leave_space(const AddressSpace* walked);
    bool walk(AddressSpace& space, Runs& cold);
    void drop(Runs& cold);
    void end_round(base::Nanoseconds now);
    void wake_for_next_round();

    base::Guarded<Spaces, core::KernelLock, core::kAgeingLock> spaces_;
    std::array<Drop, kRuns> drops_;
    Wake wake_;
    std::atomic<base::u64> rounds_{0};
    std::atomic<base::u64> dropped_{0};

    std::atomic<bool> is_busy_{false}; ///< a processor does a slice: what follows is its
    address_space::AgeingWalk<Environment> walk_;
    base::Nanoseconds next_round_{0};
    base::u64 aged_ = 0;             ///< pages that this round has found otherwise than the last one
    base::u32 fruitless_rounds_ = 0; ///< since one dropped something, or a pause ago
    bool has_dropped_ = false;       ///< this round
    bool is_resting_ = false;        ///< the last round has found all as it was
};

} // namespace kernel::object
