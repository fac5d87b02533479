/// Where a submission goes on that is done in slices.
#pragma once

#include <utility>

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
    [[nodiscard]] bool is_begun() const { return progress_ != 0; }

    /// Before `method` of `capability` is invoked: what was begun goes on only if it is the same.
    void prepare(abi::Handle capability, base::u16 method) {
        if (what_ != what(capability, method)) {
            reset();
        }
    }

    /// Nothing is begun.
    void reset() {
        progress_ = 0;
        memory_ = nullptr;
    }

    /// The grace period that began at epoch() is waited for; 0: none.
    [[nodiscard]] base::u64 epoch() const { return progress_; }

    /// `method` of `capability` has begun a grace period, which is not 0.
    void begin(abi::Handle capability, base::u16 method, base::u64 epoch) {
        what_ = what(capability, method);
        progress_ = epoch;
    }

    /// `method` of `capability` clears frames for a ring.
    void begin(abi::Handle capability, base::u16 method, RingFrames&& frames) {
        begin(capability, method, frames.cleared.value() + 1);
        memory_ = std::move(frames.memory);
    }

    /// Those; none if there are none.
    [[nodiscard]] RingFrames take_frames() {
        if (!memory_) {
            return {};
        }
        return {.memory = std::move(memory_), .cleared = base::Bytes{progress_ - 1}};
    }

  private:
    /// In one word, for each thread has it. A handle has 48 bits: who names one that has more is refused before
    /// anything goes on.
    static base::u64 what(abi::Handle capability, base::u16 method) {
        return capability.word() ^ base::u64{method} << 48;
    }

    base::u64 what_ = 0;
    base::u64 progress_ = 0;              ///< an epoch, or the bytes that were cleared and 1
    base::RefPtr<object::Memory> memory_; ///< whose frames are cleared
};

} // namespace kernel::process
