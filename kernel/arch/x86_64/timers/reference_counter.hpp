/// Counters whose rate is known: what the others are measured against.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "kernel/arch/x86_64/registers.hpp"

namespace kernel::arch::x86_64 {

class ReferenceCounter {
  public:
    /// The main counter of an HPET, [hpet] 2.3, which it starts. OutOfRange if its period is impossible.
    static base::Result<ReferenceCounter> hpet(Registers registers);

    /// The ACPI power management timer at `port`, [acpi] 4.8.2.1; only its low 24 bits are used.
    static ReferenceCounter pm_timer(base::u16 port);

    /// Channel 2 of the programmable interval timer, [i8254], which it starts: gated through port 0x61, silent. It
    /// counts down from 65536 again and again.
    static ReferenceCounter interval_timer();

    [[nodiscard]] std::string_view name() const { return name_; }

    /// Whether it counts at all: a machine may lack it. Reads it a few hundred times.
    [[nodiscard]] bool counts() const;

    /// A count that goes up and wraps at 2^bits.
    [[nodiscard]] base::u64 read() const;

    /// How much lies between two counts.
    [[nodiscard]] base::u64 passed(base::u64 from, base::u64 to) const { return (to - from) & mask_; }

    [[nodiscard]] base::Nanoseconds nanoseconds(base::u64 count) const;

  private:
    enum class Kind : base::u8 { Hpet, PmTimer, IntervalTimer };

    ReferenceCounter(Kind kind, std::string_view name, base::u64 femtoseconds, base::u64 mask)
        : kind_(kind), name_(name), femtoseconds_(femtoseconds), mask_(mask) {}

    Kind kind_;
    std::string_view name_;
    base::u64 femtoseconds_; ///< for each count
    base::u64 mask_;
    Registers registers_;
    base::u16 port_ = 0;
};

} // namespace kernel::arch::x86_64
