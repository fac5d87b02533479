/// The local APIC of the processor that runs: [intel/vol3] 11.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"
#include "kernel/arch/x86_64/registers.hpp"

namespace kernel::arch::x86_64 {

/// How its timer counts.
enum class ApicTimerMode : base::u8 { OneShot, Deadline };

/// One object stands for all processors' local APICs, since each reaches its own at the same place: by MSRs in x2APIC
/// mode, in memory otherwise. Its calls act on the processor that makes them.
class LocalApic {
  public:
    using u32 = base::u32;
    using u8 = base::u8;

    /// Before x2APIC identifiers have 8 bits, and this one means everybody.
    static constexpr u32 kLargestNarrowId = 0xfe;

    /// Whether the processor can be driven by MSRs, or already is.
    static bool offers_x2apic();

    /// Where the registers lie in memory, by the processor's own word.
    static base::PhysicalAddress physical_address();

    /// Decides the mode for all processors. `registers` is needed when not `x2apic`.
    void choose_mode(bool x2apic, Registers registers) {
        x2apic_ = x2apic;
        registers_ = registers;
        is_known_ = true;
    }

    /// Whether the mode was chosen: before, nothing here may be used.
    [[nodiscard]] bool is_known() const { return is_known_; }

    [[nodiscard]] bool is_x2apic() const { return x2apic_; }

    /// Switches it on: spurious interrupts go to `spurious_vector`, errors to `error_vector`; nothing else is delivered
    /// yet.
    void enable(u8 spurious_vector, u8 error_vector) const;

    [[nodiscard]] u32 id() const;

    void end_of_interrupt() const { write(kEndOfInterrupt, 0); }

    /// Interrupts processor `target` at `vector`.
    void send(u32 target, u8 vector) const { send_command(target, vector); }

    /// Interrupts this very processor.
    void send_to_self(u8 vector) const;

    /// Processor `target` takes an NMI.
    void send_unmaskably(u32 target) const { send_command(target, kNonMaskable | kAssert); }

    /// All other processors take an NMI.
    void interrupt_others_unmaskably() const { send_command(0, kNonMaskable | kAssert | kAllOthers); }

    /// The processor `target` forgets what it does and waits for start(). [intel/vol3] 9.4.4.1.
    void send_init(u32 target) const { send_command(target, kInit | kAssert); }

    /// `target` begins in real mode at `page`, a page-aligned address below 1 MiB.
    void send_start(u32 target, base::PhysicalAddress page) const {
        send_command(target, kStart | kAssert | static_cast<u32>(page.value() >> 12));
    }

    /// The timer interrupts at `vector`; nothing is armed yet.
    void set_timer(ApicTimerMode mode, u8 vector) const;

    /// It counts without interrupting.
    void mask_timer() const;

    /// OneShot: interrupts in `count` ticks of the timer; 0 disarms.
    void arm_timer(u32 count) const { write(kTimerInitialCount, count); }

    [[nodiscard]] u32 timer_count() const { return read(kTimerCurrentCount); }

    /// Whether an interrupt at `vector` has come and was not taken yet.
    [[nodiscard]] bool is_waiting(u8 vector) const {
        constexpr unsigned kBits = 32;
        return (read(kInterruptRequest + vector / kBits * 0x10) >> vector % kBits & 1) != 0;
    }

    /// What went wrong since it was last asked, [intel/vol3] 11.5.3.
    [[nodiscard]] u32 take_errors() const;

  private:
    // Offsets of the registers in memory; the MSR is 0x800 + offset / 16.
    static constexpr u32 kId = 0x20;
    static constexpr u32 kTaskPriority = 0x80;
    static constexpr u32 kEndOfInterrupt = 0xb0;
    static constexpr u32 kSpurious = 0xf0;
    static constexpr u32 kInterruptRequest = 0x200; ///< the first of eight
    static constexpr u32 kErrorStatus = 0x280;
    static constexpr u32 kCommandLow = 0x300;
    static constexpr u32 kCommandHigh = 0x310;
    static constexpr u32 kTimerEntry = 0x320;
    static constexpr u32 kLine0Entry = 0x350;
    static constexpr u32 kLine1Entry = 0x360;
    static constexpr u32 kErrorEntry = 0x370;
    static constexpr u32 kTimerInitialCount = 0x380;
    static constexpr u32 kTimerCurrentCount = 0x390;
    static constexpr u32 kTimerDivide = 0x3e0;
    static constexpr u32 kSelf = 0x3f0;

    static constexpr u32 kMasked = 1 << 16;
    static constexpr u32 kNonMaskable = 4 << 8;
    static constexpr u32 kInit = 5 << 8;
    static constexpr u32 kStart = 6 << 8;
    static constexpr u32 kAssert = 1 << 14;
    static constexpr u32 kAllOthers = 3 << 18;
    static constexpr u32 kPending = 1 << 12;

    [[nodiscard]] u32 read(u32 offset) const;
    void write(u32 offset, u32 value) const;
    void send_command(u32 target, u32 command) const;

    Registers registers_;
    bool x2apic_ = false;
    bool is_known_ = false;
};

} // namespace kernel::arch::x86_64
