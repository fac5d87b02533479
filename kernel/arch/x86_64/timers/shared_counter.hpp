/// The one counter that all processors read: the main counter of the HPET, [hpet] 2.3.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/arch/x86_64/registers.hpp"

namespace kernel::arch::x86_64 {

class SharedCounter {
  public:
    constexpr SharedCounter() = default;

    /// Starts it. OutOfRange if its period is impossible; Unsupported if it wraps at 32 bits: after some minutes, which
    /// nobody would notice; DeviceError if it does not count.
    static base::Result<SharedCounter> open(Registers registers);

    /// In two halves, because hypervisors answer in halves.
    [[nodiscard]] base::u64 read() const;

    /// Nanoseconds for each count, with 32 bits of fraction.
    [[nodiscard]] base::u64 multiplier() const { return multiplier_; }

  private:
    Registers registers_;
    base::u64 multiplier_ = 0;
};

} // namespace kernel::arch::x86_64
