/// Uses that end at a time.
#pragma once

#include "base/guarded.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/use.hpp"
#include "kernel/time/timers.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::process {

/// One of it, with one alarm on the first processor. Few capabilities expire: each alarm looks at all that are here.
class Expiries : mailbox::Message, time::Timer {
  public:
    Expiries() : Message(&Expiries::look_again), Timer(&Expiries::ring) {}

    /// `use` ends when its time has come; that may be moved to an earlier one.
    void add(Use& use);

    /// Nothing happens to it any more. With no lock of higher rank held.
    void remove(Use& use);

    /// `use` ends at `expiry`, if that is earlier than what it had. It was held.
    void move_to(Use& use, base::Nanoseconds expiry);

  private:
    using List = base::IntrusiveList<Use, ExpiringUses>;

    static void look_again(mailbox::Message& message);
    static void ring(time::Timer& timer);
    void ask_to_look();
    void look();
    bool end_some();

    base::Guarded<List, core::KernelLock, core::kTimerPlanLock> uses_;
};

} // namespace kernel::process
