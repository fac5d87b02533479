/// One I/O APIC: [82093aa] 3.
#pragma once

#include <array>

#include "base/guarded.hpp"
#include "base/types.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/lock_class.hpp"
#include "libs/apic/line_map.hpp"

namespace kernel::interrupt {

/// From any processor: its registers are reached through one window, so each use takes the lock.
class IoApic {
  public:
    using u32 = base::u32;

    /// Takes the controller over and closes all its pins. Once, at boot.
    void open(Arch::Registers registers, u32 first_gsi);

    [[nodiscard]] apic::PinRange range() const { return {.first_gsi = first_gsi_, .count = pins_}; }

    /// False if somebody has `pin` already.
    bool claim(u32 pin);

    /// The pin is closed and may be claimed again.
    void release(u32 pin);

    /// What `pin` does from now on. One that holds a level which was taken but not ended forgets that.
    void write(u32 pin, apic::PinEntry entry);

    void set_masked(u32 pin, bool is_masked);

  private:
    static constexpr u32 kMaximumPins = 240; // [82093aa] 3.2.2: the field has 8 bits, and 239 is its largest value

    struct Window {
        [[nodiscard]] u32 read(u32 number) const;
        void write(u32 number, u32 value) const;
        [[nodiscard]] apic::PinEntry read_entry(u32 pin) const;
        void write_entry(u32 pin, apic::PinEntry entry) const;

        Arch::Registers registers;
        std::array<bool, kMaximumPins> is_claimed{};
    };

    u32 first_gsi_ = 0;
    u32 pins_ = 0;
    base::Guarded<Window, core::KernelLock, core::kIoApicLock> window_;
};

} // namespace kernel::interrupt
