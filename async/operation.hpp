/// A leaf that waits for somebody outside: the kernel, a device.
#pragma once

#include "async/executor.hpp"
#include "async/leaf_of.hpp"

namespace async {

/// Its driver reaches it by its address from begin (park()) to complete(), which comes exactly once for each begin. So
/// the frame, and what the operation was lent from it, lives as long as the operation.
///
/// A driver derives its operations: park() begins one, and
/// - ask_to_cancel() says that the Result is no longer wanted; at most once; complete() may come inside or later.
/// - complete(), on the executor's thread, with what really happened: if it was done before it could be cancelled,
/// that.
class Operation : public Leaf {
  public:
    void cancel(Error reason) final {
        if (!was_asked_) {
            was_asked_ = true;
            reason_ = reason;
            ask_to_cancel();
        }
    }

    /// The Result, whose value, if any, the driver has put in its place.
    void complete(Error error = {}) {
        Executor& executor = job().executor();
        if (!error.is_error()) {
            executor.wake(job());
        } else {
            // Cancelled by whom: its time may have run out.
            executor.wake(job(), was_asked_ && error == abi::Error::Cancelled ? reason_ : error);
        }
    }

    /// A word for its driver, from begin to complete(): which one waits behind it, say.
    base::u64 driver_word = 0;

  protected:
    Operation() = default;
    ~Operation() = default;

    virtual void ask_to_cancel() = 0;

  private:
    Error reason_;
    bool was_asked_ = false;
};

} // namespace async
