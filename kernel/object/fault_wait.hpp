/// What a thread waits for that faulted.
#pragma once

#include "kernel/object/flush.hpp"
#include "kernel/object/page_wait.hpp"
#include "kernel/object/rendezvous.hpp"
#include "kernel/object/sweep.hpp"

namespace kernel::object {

/// A page, or that other processors forget the one that stood in its place. Embedded in the thread. `resume` is called
/// once for each time AddressSpace::fault() answered Waiting, on any processor, with no lock held: the thread is to run
/// again, or it cannot go on: TimedOut, or what the pager refused with.
class FaultWait : public PageWait {
  public:
    using Resume = void (*)(FaultWait& wait, base::Result<void> result);

    explicit FaultWait(Resume resume)
        : PageWait([](PageWait& wait, base::Result<void> result) {
              auto& self = static_cast<FaultWait&>(wait);
              self.resume_(self, result);
          }),
          resume_(resume), flush_([](FlushWait& wait) { static_cast<Flush&>(wait).owner->settle(); }, *this),
          sweep_([](Sweep& sweep) { static_cast<Hiding&>(sweep).owner->settle(); }, *this) {}

    /// What to wait for: that old translations are gone, or also that other regions lost the page.
    FlushWait& flush() { return flush_; }

    Sweep& sweep() { return sweep_; }

    /// Whoever started one of them is about to leave: true if it is complete already.
    [[nodiscard]] bool is_settled_on_leaving() { return meeting_.arrive(); }

  private:
    void settle() {
        if (meeting_.arrive()) {
            resume_(*this, {});
        }
    }

    struct Flush : FlushWait {
        Flush(Done done, FaultWait& whose) : FlushWait(done), owner(&whose) {}

        FaultWait* owner;
    };

    struct Hiding : Sweep {
        Hiding(Done done, FaultWait& whose) : Sweep(done), owner(&whose) {}

        FaultWait* owner;
    };

    Resume resume_;
    Flush flush_;
    Hiding sweep_;
    Rendezvous meeting_;
};

} // namespace kernel::object
