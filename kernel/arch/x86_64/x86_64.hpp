/// x86_64 as the kernel sees it: satisfies kernel::arch::Architecture.
#pragma once

#include <array>
#include <atomic>
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
#include "kernel/arch/x86_64/translation.hpp"
#include "kernel/arch/x86_64/trap_frame.hpp"
#include "kernel/arch/x86_64/user/user_context.hpp"
#include "kernel/arch/x86_64/vectors.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/boot/physical_reader.hpp"
#include "libs/hypervisor/identify.hpp"
#include "libs/kvm/end_of_interrupt.hpp"

namespace kernel::arch::x86_64 {

/// Where the firmware says that counters of a known rate are.
struct ClockHints {
    std::optional<base::VirtualAddress> hpet;
    base::u16 pm_timer_port = 0;  ///< 0: none
    base::u64 counter_hertz = 0;  ///< the counter's rate, if a hypervisor says it; 0: to be measured
    bool avoids_deadline = false; ///< the local APIC's timer shall count, not wait for a deadline
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

/// Which registers user code has beyond those of every processor.
struct UserRegisters {
    bool has_avx2;
    bool has_avx512;
    bool has_bases; ///< may set its FS and GS base itself
    bool has_keys;  ///< protection key rights
};

struct X86_64 {
    using Frame = TrapFrame;
    using FrameAddresses = x86_64::FrameAddresses;
    using UserContext = x86_64::UserContext;
    using UserEntry = x86_64::UserEntry;
    using GeneralRegisters = x86_64::GeneralRegisters;
    using UserCall = x86_64::UserCall;
    using ClockHints = x86_64::ClockHints;
    using CounterRate = x86_64::CounterRate;
    using InterruptsOff = x86_64::InterruptsOff;
    using Registers = x86_64::Registers;

    // The processor.
    static void initialize_processor();
    static std::string_view missing_feature();
    static void enable_protection();
    /// User code of this processor may call the kernel.
    static void enable_calls();
    static void print_features(base::TextSink& sink);
    static void print_hypervisors(base::TextSink& sink);

    static base::u64 cpu_index() { return this_cpu().index; }

    static base::u64 read_cycle_counter() { return Cpu::read_cycle_counter(); }

    static base::u64 read_cycle_counter_in_order() { return Cpu::read_cycle_counter_in_order(); }

    static constexpr base::usize kEntropyWords = 8;
    /// Half of the processor's random instructions, where it has them; half of jitter.
    static void gather_entropy(std::span<base::u64, kEntropyWords> words);

    /// Lets interrupts in until one has come; none that was pending is missed.
    static void wait_for_interrupt();
    /// Whether it has instructions that watch a word.
    static bool can_watch();
    /// Lets interrupts in until one has come, or another value than `value` is in `word`.
    static void watch(const std::atomic<base::u32>& word, base::u32 value);
    /// The same without resting, at most for so many looks. False: neither has happened.
    static bool poll(const std::atomic<base::u32>& word, base::u32 value, base::u32 looks);
    /// First in every interrupt: if it came while the processor waited, or just before it would have, it does not any
    /// more.
    static void leave_wait(Frame& frame);

    static void let_interrupts_in() { Cpu::let_interrupts_in(); }

    /// `answer` runs again and again while this processor waits for a lock, and takes none itself.
    static void answer_while_spinning(void (*answer)()) { this_cpu().while_spinning = answer; }

    [[noreturn]] static void stop();

    // Interrupts and other processors.
    static constexpr base::u8 kNonMaskableVector = x86_64::kNonMaskableVector;
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
    /// Whether an interrupt at `vector` waits to be taken by the processor that runs.
    static bool is_interrupt_waiting(base::u8 vector);
    static void interrupt_processor_unmaskably(base::u32 hardware_id);

    static base::PhysicalAddress starting_tables_limit() { return base::PhysicalAddress{1ULL << 32}; }

    static constexpr base::usize kProcessorAreaBytes = sizeof(PerCpu);
    using StartingPlace = x86_64::StartingPlace;

    static std::span<StartingPlace> starting_places(std::span<std::byte> memory);

    static void stop_others();

    static StackPlace stack_of(base::u32 index);
    static StartingPlace make_processor_area(std::span<std::byte> memory, base::u32 index, base::u32 hardware_id,
                                             base::u64 canary);
    static void fill_starting_page(std::span<std::byte> page, base::PhysicalAddress address,
                                   base::PhysicalAddress tables, std::span<const StartingPlace> places);
    static void call_processor(base::u32 hardware_id);
    static void start_processor(base::u32 hardware_id, base::PhysicalAddress page);

    // The hypervisor beneath. Its registers are asked for only when its leaves say that they are there.
    static bool has_hypervisor();
    static ::hypervisor::Leaf hypervisor_leaf(base::u32 leaf);
    static base::u64 read_hypervisor_register(base::u32 number);
    static void write_hypervisor_register(base::u32 number, base::u64 value);
    static base::u64 hypercall(base::u64 number, const std::array<base::u64, 4>& arguments);
    /// Where the hypervisor tells the processor that runs that an interrupt needs no end; null: nowhere.
    static void use_end_of_interrupt(kvm::EndOfInterrupt* flag);

    // Time.
    static bool counter_is_invariant();
    /// The 64-bit counter of the HPET with these registers, from now on read_shared_counter(): nanoseconds for each of
    /// its ticks with 32 bits of fraction. Unsupported if it has only 32 bits; DeviceError if it does not count.
    static base::Result<base::u64> open_shared_counter(base::VirtualAddress registers);
    static base::u64 read_shared_counter();
    static CounterRate measure_counter(const ClockHints& hints);
    /// Whether the processors have a timer of their own that counts, after measure_counter().
    static bool has_event_timer();
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
    static bool has_console_input();
    /// Takes what was typed and fits in `to`, without waiting: how many bytes. One at a time.
    static base::usize read_console(std::span<char> to);

    static void out8(base::u16 port, base::u8 value) { Cpu::out8(port, value); }

    static void out16(base::u16 port, base::u16 value) { Cpu::out16(port, value); }

    static base::u16 in16(base::u16 port) { return Cpu::in16(port); }

    static base::u8 in8(base::u16 port) { return Cpu::in8(port); }

    static void out32(base::u16 port, base::u32 value) { Cpu::out32(port, value); }

    static base::u32 in32(base::u16 port) { return Cpu::in32(port); }

    /// A register of the clock that keeps time while the machine is off.
    static base::u8 read_cmos(base::u8 number);

    static base::u64 read_register64(base::VirtualAddress place) { return Registers(place).read64(0); }

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
    static constexpr base::VirtualAddress kFrameRecordRegion = x86_64::kFrameRecordRegion;
    static constexpr base::VirtualAddress kFrameRangeRegion = x86_64::kFrameRangeRegion;
    static constexpr base::Bytes kPhysicalMapBytes{x86_64::kPhysicalMapBytes};

    static std::span<std::byte> virtual_bytes(base::VirtualAddress start, base::Bytes size) {
        return x86_64::virtual_bytes(start, size);
    }

    static base::PhysicalAddress image_start();
    static base::PhysicalAddress image_data_start();
    static base::PhysicalAddress image_end();
    static int largest_page_level();

    static base::PhysicalAddress current_tables() { return base::PhysicalAddress{Cpu::read_cr3() & ~0xfffULL}; }

    static void enter_kernel_tables(base::PhysicalAddress top) { translation().enter_kernel_tables(top); }

    static base::PhysicalAddress kernel_tables() { return translation().kernel_tables(); }

    /// Where the kernel half keeps top-level entries for regions beside the physical map.
    static constexpr base::VirtualAddress kRegions{0xffff000000000000 | kFirstRegionSlot << 39};
    static constexpr base::Bytes kRegionsBytes{(kLastRegionSlot + 1 - kFirstRegionSlot) << 39};

    // Address spaces; Translation says what each does. Only processor::TranslationMachine calls these.
    static void fill_kernel_half(base::PhysicalAddress top) { translation().fill_kernel_half(top); }

    static void enter_address_space(base::PhysicalAddress top, base::u16 tag, bool flush) {
        Translation::enter(top, tag, flush);
    }

    static bool has_address_tags() { return Translation::has_tags(); }

    static void flush_page(base::VirtualAddress address) { Translation::flush_page(address); }

    static void flush_address_tag() { Translation::flush_tag(); }

    static void flush_all_translations() { translation().flush_everything(); }

    static base::u64 active_entry(base::VirtualAddress address, int level) {
        return translation().active_entry(address, level);
    }

    static base::VirtualAddress recursive_region() {
        return base::VirtualAddress{0xffff000000000000 | translation().recursive_slot() << 39};
    }

    // User code: user/user_context.hpp.
    static base::Bytes vector_bytes();
    static UserRegisters user_registers();

    static void load_user(UserContext& context) { context.load(); }

    static UserCall user_call(const UserContext& context) { return context.call(); }

    static void finish_call(UserContext& context, base::u64 answer) { context.finish_call(answer); }

    static void save_user(UserContext& context) { context.save(); }

    static void run_user(UserContext& context) { context.run(); }

    static UserFault user_fault(const UserContext& context) { return context.fault(); }

    static std::span<void (*const)()> constructors();

    // Reports.
    static std::span<const std::byte> build_id_note();
    /// True: the trapped instruction may be refused, and the frame now goes on behind it.
    static bool recover_from(Frame& frame);
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
