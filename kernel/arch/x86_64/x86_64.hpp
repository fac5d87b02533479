/// x86_64 as the kernel sees it: satisfies kernel::arch::Architecture.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/format.hpp"
#include "base/types.hpp"
#include "kernel/arch/architecture.hpp"
#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/interrupts_off.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/physical_map.hpp"
#include "kernel/arch/x86_64/registers.hpp"
#include "kernel/arch/x86_64/smp/trampoline.hpp"
#include "kernel/arch/x86_64/stack_walk.hpp"
#include "kernel/arch/x86_64/trap_frame.hpp"
#include "kernel/arch/x86_64/vectors.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/boot/physical_reader.hpp"

namespace kernel::arch::x86_64 {

/// Where the firmware says that counters of a known rate are.
struct ClockHints {
    std::optional<base::VirtualAddress> hpet;
    base::u16 pm_timer_port = 0; ///< 0: none
};

/// How fast the processors' counter runs.
struct CounterRate {
    base::u64 hertz;         ///< 0: nothing could tell
    std::string_view source; ///< what it was measured against
};

/// Where the stacks of a processor that is started lie: guard pages included, which stay unmapped.
struct StackPlace {
    base::VirtualAddress start;
    base::Bytes size;

    /// Whether the page at `offset` is a guard.
    static bool is_guard(base::Bytes offset) { return StackBlock::is_guard(offset.value()); }
};

/// While it lives, traps from user mode begin at `top` on the processor that runs.
class TrapStack {
  public:
    explicit TrapStack(base::u64 top) : before_(this_cpu().tables.task_state.privilege_stacks[0]) {
        set(top & ~0xfULL);
    }

    TrapStack(const TrapStack&) = delete;
    TrapStack& operator=(const TrapStack&) = delete;

    ~TrapStack() { set(before_); }

  private:
    static void set(base::u64 top) { this_cpu().tables.task_state.privilege_stacks[0] = top; }

    base::u64 before_;
};

struct X86_64 {
    using Frame = TrapFrame;
    using FrameAddresses = x86_64::FrameAddresses;
    using TrapStack = x86_64::TrapStack;
    using ClockHints = x86_64::ClockHints;
    using CounterRate = x86_64::CounterRate;
    using InterruptsOff = x86_64::InterruptsOff;

    // The processor.
    static void initialize_processor();
    static std::string_view missing_feature();
    static void enable_protection();
    static void print_features(base::TextSink& sink);
    static void print_hypervisors(base::TextSink& sink);

    static base::u64 cpu_index() { return this_cpu().index; }

    static base::u64 read_cycle_counter() { return Cpu::read_cycle_counter(); }

    static base::u64 read_cycle_counter_in_order() { return Cpu::read_cycle_counter_in_order(); }

    static void wait_for_interrupt() { Cpu::halt_with_interrupts(); }

    [[noreturn]] static void stop();

    // Interrupts and other processors.
    static constexpr base::u8 kFirstInterrupt = x86_64::kFirstInterrupt;
    static constexpr base::u8 kFirstDeviceVector = x86_64::kFirstDeviceVector;
    static constexpr base::u8 kLastDeviceVector = x86_64::kLastDeviceVector;
    static constexpr base::u8 kTimerVector = x86_64::kTimerVector;
    static constexpr base::u8 kMailboxVector = x86_64::kMailboxVector;
    static constexpr base::u8 kInterruptErrorVector = x86_64::kApicErrorVector;
    static constexpr base::u8 kSpuriousVector = x86_64::kSpuriousVector;

    static std::optional<base::PhysicalAddress> interrupt_registers();
    static void initialize_interrupts(std::optional<base::VirtualAddress> registers, bool has_legacy_controllers);
    static void enable_local_interrupts();
    static bool uses_x2apic();
    static base::u32 hardware_id();
    static base::u32 largest_hardware_id();
    static void end_of_interrupt();
    static base::u32 take_interrupt_errors();
    static void interrupt_processor(base::u32 hardware_id, base::u8 vector);

    static base::PhysicalAddress starting_tables_limit() { return base::PhysicalAddress{1ULL << 32}; }

    static constexpr base::usize kProcessorAreaBytes = sizeof(PerCpu);
    using StartingPlace = x86_64::StartingPlace;

    static std::span<StartingPlace> starting_places(std::span<std::byte> memory);

    static void stop_others();

    static StackPlace stack_of(base::u32 index);
    static StartingPlace make_processor_area(std::span<std::byte> memory, base::u32 index, base::u32 hardware_id);
    static void fill_starting_page(std::span<std::byte> page, base::PhysicalAddress address,
                                   base::PhysicalAddress tables, std::span<const StartingPlace> places);
    static void call_processor(base::u32 hardware_id);
    static void start_processor(base::u32 hardware_id, base::PhysicalAddress page);

    // Time.
    static CounterRate measure_counter(const ClockHints& hints);
    static void enable_event_timer();
    static std::string_view event_timer_name();
    static void arm_event(base::u64 ticks);
    static void disarm_event();
    /// A device's interrupt in `ticks`, by the timer, which is then lost until enable_event_timer().
    static void interrupt_later(base::u8 vector, base::u64 ticks);

    // The machine.
    static const boot::PhysicalReader& boot_memory();
    static void initialize_console();
    static void write_console(std::string_view text);

    static void out8(base::u16 port, base::u8 value) { Cpu::out8(port, value); }

    static void out16(base::u16 port, base::u16 value) { Cpu::out16(port, value); }

    static base::u16 in16(base::u16 port) { return Cpu::in16(port); }

    static void write_register8(base::VirtualAddress place, base::u8 value) { Registers(place).write8(0, value); }

    [[noreturn]] static void fault_to_reset();

    static void write_exit_port(base::u16 port, base::u8 code) { Cpu::out8(port, code); }

    static std::string_view read_boot_info(base::u32 door, base::u32 structure, boot::BootInfo& info);

    // Memory.
    static std::span<std::byte> physical_bytes(base::PhysicalAddress start, base::Bytes size) {
        return x86_64::physical_bytes(start, size);
    }

    static base::VirtualAddress physical_map_address(base::PhysicalAddress address) {
        return base::VirtualAddress{kPhysicalMapBase + address.value()};
    }

    static constexpr base::VirtualAddress kDeviceRegion = x86_64::kDeviceRegion;
    static constexpr base::Bytes kDeviceRegionBytes = x86_64::kDeviceRegionBytes;

    static std::span<std::byte> virtual_bytes(base::VirtualAddress start, base::Bytes size) {
        return x86_64::virtual_bytes(start, size);
    }

    static base::PhysicalAddress image_start();
    static base::PhysicalAddress image_data_start();
    static base::PhysicalAddress image_end();
    static int largest_page_level();

    static base::PhysicalAddress current_tables() { return base::PhysicalAddress{Cpu::read_cr3() & ~0xfffULL}; }

    static void enter_kernel_tables(base::PhysicalAddress top);

    static std::span<void (*const)()> constructors();

    // Reports.
    static std::span<const std::byte> build_id_note();
    static void describe_exception(base::TextSink& sink, const Frame& frame);

    static std::span<const base::u64> walk_stack(base::u64 frame_pointer, FrameAddresses& addresses) {
        return x86_64::walk_stack(frame_pointer, addresses);
    }

    static std::span<const base::u64> walk_stack(const Frame& frame, FrameAddresses& addresses) {
        return x86_64::walk_stack(frame, addresses);
    }
};

static_assert(Architecture<X86_64>);

} // namespace kernel::arch::x86_64
