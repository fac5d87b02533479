/// Calls through channels that the kernel itself makes.
#pragma once

#include "base/intrusive_list.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/processor/long_work.hpp"

namespace budget {
class Budget;
} // namespace budget

namespace kernel::process {

struct Call;
class LentEnd;

/// Whose call it is, when it is no ring's. Told once for each call; what follows is done in slices, without locks.
class KernelCaller : public processor::LongWork, public base::ListLink<LentEnd> {
  public:
    explicit KernelCaller(Slice slice) : LongWork(slice) {}

    /// Has a call, so that it can make one. NoMemory, OverBudget.
    base::Result<void> prepare(budget::Budget& budget);

    /// Gives it back to the same budget: it is over, and forgotten where it was sent.
    void release_call(budget::Budget& budget);

    /// Null: it has none.
    [[nodiscard]] Call* call() const { return call_; }

    /// The call is over with `status`, 0 or an Error or what the server wanted to say. Under the channel's lock.
    void note_over(base::u16 status);

  protected:
    [[nodiscard]] base::u16 status() const { return status_; }

  private:
    Call* call_ = nullptr;
    base::u16 status_ = 0;
};

/// What a server says by `status`, which is not 0; anything that is no error of the kernel is DeviceError.
base::Error error_of(base::u16 status);

} // namespace kernel::process
