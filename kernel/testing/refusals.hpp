/// Makes each place that allocates fail once.
#pragma once

#include <array>

#include "base/types.hpp"

namespace kernel::testing {

/// A place is told by the return addresses above the allocator, so the same function that allocates for two callers is
/// two places. Used by the processor that runs the tests;
/// allocations of others do not fail.
class Refusals {
  public:
    /// From now on the first allocation of each place fails that has not failed yet.
    void begin();
    /// Returns how many failed since begin().
    base::u32 end();

    [[nodiscard]] bool is_active() const { return active_; }

    /// Whether the allocation of who calls the caller fails.
    bool refuse();

    /// Places that have failed.
    [[nodiscard]] base::u32 places() const { return count_; }

  private:
    static constexpr base::u32 kMost = 4096;

    /// True if it is new.
    bool note(base::u64 place);

    std::array<base::u64, kMost> places_{}; ///< open addressing; 0 is empty
    base::u32 count_ = 0;
    base::u32 refused_ = 0;
    bool active_ = false;
};

/// The test kernel's.
Refusals& refusals();

} // namespace kernel::testing
