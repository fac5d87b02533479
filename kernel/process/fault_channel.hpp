/// Where the faults of a process are told.
#pragma once

#include "kernel/process/lent_end.hpp"

namespace budget {
class Budget;
} // namespace budget

namespace kernel::process {

struct Lent;

/// Made from ProcessObjects, and held as a LentEnd: by its process and by faults that are told through it. Charged to
/// the process.
class FaultChannel final : public LentEnd {
  public:
    /// Faults are told with `badge`.
    FaultChannel(base::RefPtr<Channel> channel, base::u64 badge) : LentEnd(std::move(channel), badge) {}

    /// Through what `end` lends, as long as that lasts. NoMemory, OverBudget; BadHandle: it was revoked meanwhile.
    static base::Result<base::RefPtr<LentEnd>> create(budget::Budget& budget, const Lent& end);

  private:
    void give_back() override;
};

} // namespace kernel::process
