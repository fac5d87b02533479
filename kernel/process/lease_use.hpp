/// By whose authority a range is lent, or shown.
#pragma once

#include <atomic>

#include "base/result.hpp"
#include "kernel/process/use.hpp"
#include "libs/capability/slot.hpp"

namespace kernel::process {

class FixedLeases;

/// Part of a FixedLease. When its capability ends, so do all leases of the call.
class LeaseUse final : public Use {
  public:
    explicit LeaseUse(FixedLeases& owner) : owner_(owner) {}

    /// BadHandle: `through` was revoked.
    base::Result<void> hang_below(capability::Slot& through);

    /// What it stands for has ended. False: it is being taken from where it hangs; its owner is kicked when it was.
    bool leave();

    bool hold() override;
    void release() override;

  private:
    void end(base::Error why) override;

    FixedLeases& owner_;
    bool is_hanging_ = false;
    std::atomic<bool> was_taken_{false};
};

} // namespace kernel::process
