/// Two who must both have come to a point, in whatever order and on whatever processors, before one of them goes on.
#pragma once

#include <atomic>

namespace kernel::object {

/// Used again after both came.
class Rendezvous {
  public:
    /// True for the second one: it goes on, and sees what the first one did before.
    [[nodiscard]] bool arrive() {
        const bool is_second = has_one_.exchange(true, std::memory_order_acq_rel);
        if (is_second) {
            has_one_.store(false, std::memory_order_relaxed);
        }
        return is_second;
    }

  private:
    std::atomic<bool> has_one_{false};
};

} // namespace kernel::object
