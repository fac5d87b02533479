/// Uses that end at a time.
#pragma once

#include "base/guarded.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/use.hpp"
#include "kernel/processor/long_work.hpp"
#include "kernel/time/timers.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::process {

/// One of it, with one alarm on the first processor, which ends them one in a slice.
class Expiries : mailbox::Message, time::Timer, processor::LongWork {
  public:
    Expiries() : Message(&Expiries::look_again), Timer(&Expiries::ring), LongWork(&Expiries::run_slice) {}

    /// `use` ends when its time has come, if it has one and is in a tree.
    void add(Use& use);

    /// Nothing happens to it any more. With no lock of higher rank held.
    void remove(Use& use);

    /// `use` ends at `expiry`, if that is earlier than what it had. It was held.
    void shorten(Use& use, base::Nanoseconds expiry);

  private:
    using Tree = base::IntrusiveTree<Use, &Use::expiry_, ExpiringUses>;

    static void look_again(mailbox::Message& message);
    static void ring(time::Timer& timer);
    static bool run_slice(LongWork& work);
    void put(Use& use, base::Nanoseconds expiry);
    void look();
    bool end_one();

    bool is_at_work_ = false; ///< of the first processor
    base::Guarded<Tree, core::KernelLock, core::kTimerPlanLock> uses_;
};

} // namespace kernel::process
