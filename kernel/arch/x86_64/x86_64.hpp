/// x86_64 as the kernel sees it: satisfies kernel::arch::Architecture.
#pragma once

#include <span>
#include <string_view>

#include "base/format.hpp"
#include "base/types.hpp"
#include "kernel/arch/architecture.hpp"
#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/interrupts_off.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/physical_map.hpp"
#include "kernel/arch/x86_64/stack_walk.hpp"
#include "kernel/arch/x86_64/trap_frame.hpp"
#include "libs/boot/boot_info.hpp"

namespace kernel::arch::x86_64 {

struct X86_64 {
    using Frame = TrapFrame;
    using FrameAddresses = x86_64::FrameAddresses;
    using InterruptsOff = x86_64::InterruptsOff;

    // The processor.
    static void initialize_processor();
    static std::string_view missing_feature();
    static void enable_protection();
    static void print_features(base::TextSink& sink);

    static base::u64 cpu_index() { return this_cpu().index; }

    static base::u64 read_cycle_counter() { return Cpu::read_cycle_counter(); }

    static void wait_for_interrupt() { Cpu::halt(); }

    [[noreturn]] static void stop();

    // The machine.
    static void initialize_console();
    static void write_console(std::string_view text);

    static void write_exit_port(base::u16 port, base::u8 code) { Cpu::out8(port, code); }

    static std::string_view read_boot_info(base::u32 door, base::u32 structure, boot::BootInfo& info);

    // Memory.
    static std::span<std::byte> physical_bytes(base::PhysicalAddress start, base::Bytes size) {
        return x86_64::physical_bytes(start, size);
    }

    static base::VirtualAddress physical_map_address(base::PhysicalAddress address) {
        return base::VirtualAddress{kPhysicalMapBase + address.value()};
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
