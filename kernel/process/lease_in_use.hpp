/// That a server copies from or to what a call lends, or maps it.
#pragma once

#include <utility>

#include "kernel/process/channel.hpp"
#include "kernel/process/invocation.hpp"
#include "kernel/process/ring.hpp"

namespace kernel::process {

/// While it lives the call does not end; for a short while.
class LeaseInUse {
  public:
    /// Lease `index` of the call that `token` names, which was delivered to `server`. Errors as of
    /// Channel::begin_copy().
    static base::Result<LeaseInUse> take(const Process& server, abi::Handle token, base::u64 index,
                                         HandOver& hand_over);

    LeaseInUse(LeaseInUse&& other) noexcept
        : hand_over_(other.hand_over_), call_(std::exchange(other.call_, nullptr)), channel_(other.channel_),
          lease_(std::move(other.lease_)) {}

    LeaseInUse(const LeaseInUse&) = delete;
    LeaseInUse& operator=(const LeaseInUse&) = delete;

    ~LeaseInUse() {
        if (call_ != nullptr) {
            channel_.end_copy(*call_, hand_over_);
        }
    }

    [[nodiscard]] const Channel::Lease& operator*() const { return lease_; }

    [[nodiscard]] const Channel::Lease* operator->() const { return &lease_; }

  private:
    LeaseInUse(HandOver& hand_over, Call& call, Channel& channel, Channel::Lease&& lease)
        : hand_over_(hand_over), call_(&call), channel_(channel), lease_(std::move(lease)) {}

    HandOver& hand_over_;
    Call* call_;
    Channel& channel_;
    Channel::Lease lease_;
};

} // namespace kernel::process
