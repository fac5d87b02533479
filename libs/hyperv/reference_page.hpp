/// Hyper-V's clock: [tlfs] 12.7, partition reference time enlightenment.
#pragma once

#include <atomic>

#include "base/result.hpp"
#include "base/types.hpp"
#include "libs/timekeeping/clock_page.hpp"

namespace hyperv {

/// [tlfs] 2.4.4: EAX of the leaf behind the interface's, AccessPartitionReferenceTsc.
inline constexpr base::u32 kFeatureLeaf = 3;
inline constexpr base::u32 kHasReferencePage = 1 << 9;
/// HV_X64_MSR_REFERENCE_TSC takes the page's physical address, with bit 0 set.
inline constexpr base::u32 kReferencePageRegister = 0x40000021;
inline constexpr base::u64 kEnable = 1;

/// HV_REFERENCE_TSC_PAGE: one for the whole machine, at the start of a page. Time in units of 100 ns is the counter
/// times the scale, of which the upper 64 bits count, plus the offset.
class ReferencePage {
  public:
    /// What it said at one moment.
    struct Reading {
        timekeeping::ClockBase base;
        base::u32 sequence = 0;
    };

    /// Where time was at `ticks` of the counter, and how fast it goes on. Unsupported while the page says that it does
    /// not hold (sequence 0); BadState while it changes for longer than we look; OutOfRange if its rate is not one of a
    /// counter.
    [[nodiscard]] base::Result<Reading> read(base::u64 ticks) const;

    /// Changes with each writing.
    [[nodiscard]] base::u32 sequence() const { return sequence_.load(std::memory_order_acquire); }

    /// What the host does; here for tests.
    void write(base::u32 sequence, base::u64 scale, base::i64 offset);

  private:
    std::atomic<base::u32> sequence_{0};
    [[maybe_unused]] base::u32 reserved_ = 0;
    std::atomic<base::u64> scale_{0};
    std::atomic<base::i64> offset_{0};
};

static_assert(sizeof(ReferencePage) == 24);

} // namespace hyperv
