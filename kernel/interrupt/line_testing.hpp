/// What the tests of lines share: waiting, a line that counts, the interval timer, functions of PCI.
#pragma once

#include <atomic>

#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/interrupt/line.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::interrupt {

/// Sleeps until `done(context)` or until `patience` is over; whether it was done.
bool wait_until(bool (*done)(void* context), void* context, base::Nanoseconds patience);

/// Sleeps for `time`.
void sleep(base::Nanoseconds time);

/// Sleeps until `line` is detached, which it must be soon.
bool detach_and_wait(Line& line);

/// A line that notes where it was delivered last, and acknowledges at once if it is told to.
class CountingLine : public Line {
  public:
    CountingLine(Source& source, std::string_view owner, bool acknowledges, const StormBound& bound = kPinStorm)
        : Line(source, owner, &CountingLine::note, bound), acknowledges_(acknowledges) {}

    /// Sleeps until there were `count` deliveries; false if they do not come.
    bool wait_for(base::u64 count);

    [[nodiscard]] base::u64 cpu() const { return cpu_; }

  private:
    static void note(Line& line);

    bool acknowledges_;
    std::atomic<base::u64> noted_{0};
    std::atomic<base::u64> cpu_{~0ULL};
    base::u64 wanted_ = 0;
};

/// While it lives, the interval timer interrupts `hertz` times a second, by edge, as ISA interrupt 0: [i8254].
class PeriodicTimer {
  public:
    explicit PeriodicTimer(base::u32 hertz);
    PeriodicTimer(const PeriodicTimer&) = delete;
    PeriodicTimer& operator=(const PeriodicTimer&) = delete;
    ~PeriodicTimer();
};

/// Whether the machine has an I/O APIC; says in the log that nothing is tested if it has none.
bool has_pins();

/// The pin at which that timer arrives: the tables' word for ISA interrupt 0, or pin 2, where QEMU's microvm has it
/// without saying so.
base::Result<Pin> claim_timer();

/// A function of bus 0 with its registers.
struct PciDevice {
    pci::Function where;
    Arch::Registers registers; ///< of its first base address

    [[nodiscard]] base::u32 read(base::u32 offset) const;
    void write(base::u32 offset, base::u32 value) const;
};

/// The function that calls itself `identity`, its memory switched on, allowed to send messages, and its line off unless
/// `keeps_line`. Says in the log that nothing is tested if there is none.
base::Result<PciDevice> find_pci_device(base::u32 identity, bool keeps_line);

} // namespace kernel::interrupt
