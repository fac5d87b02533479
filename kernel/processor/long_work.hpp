/// Work that is cut into slices, between which interrupts and threads have their turn.
#pragma once

#include "base/intrusive_list.hpp"

namespace kernel::processor {

/// Embedded in what it is about: nothing is allocated. In at most one list at a time, which runs it to its end.
class LongWork : public base::ListLink<LongWork> {
  public:
    /// Does a slice of at most 20,000 instructions, without locks held. True: it is over, or goes on elsewhere, and
    /// must not be touched.
    using Slice = bool (*)(LongWork& work);

    explicit LongWork(Slice slice) : slice_(slice) {}

    [[nodiscard]] bool run_slice() { return slice_(*this); }

  private:
    Slice slice_;
};

/// Work that waits for its next slice. Its user provides the lock.
using LongWorkList = base::IntrusiveList<LongWork, LongWork>;

} // namespace kernel::processor
