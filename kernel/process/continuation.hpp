/// Where a submission goes on that is done in slices.
#pragma once

#include "abi/handle.hpp"
#include "base/types.hpp"
#include "kernel/process/ring_frames.hpp"

namespace kernel::process {

/// Of one thread; at most one of its submissions is begun and not finished.
class Continuation {
  public:
    Continuation() = default;
    Continuation(const Continuation&) = delete;
    Continuation& operator=(const Continuation&) = delete;

    /// Whether something is begun.
    [[nodiscard]] bool is_begun() const { return epoch_ != 0; }

    /// Before `method` of `capability` is invoked: what was begun goes on only if it is the same.
    void prepare(abi::Handle capability, base::u16 method) {
        if (capability_ != capability || method_ != method) {
            reset();
        }
    }

    /// Nothing is begun.
    void reset() {
        epoch_ = 0;
        frames_ = {};
    }

    /// The grace period that began at epoch() is waited for; 0: none.
    [[nodiscard]] base::u64 epoch() const { return epoch_; }

    /// `method` of `capability` has begun a grace period, which is not 0.
    void begin(abi::Handle capability, base::u16 method, base::u64 epoch) {
        capability_ = capability;
        method_ = method;
        epoch_ = epoch;
    }

    /// What is being cleared for a ring.
    [[nodiscard]] RingFrames& frames() { return frames_; }

    /// `method` of `capability` has begun that.
    void begin(abi::Handle capability, base::u16 method) { begin(capability, method, 1); }

  private:
    abi::Handle capability_;
    base::u16 method_ = 0;
    base::u64 epoch_ = 0;
    RingFrames frames_;
};

} // namespace kernel::process
