#include <new>

#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/x86_64.hpp"

/// Where a started processor enters C++, on its own stack, with its area in GS.
extern "C" [[noreturn]] void kernel_processor_entry();

namespace kernel::arch::x86_64 {

namespace {

/// The first function of C++: the trampoline calls it with the address in GS.
[[noreturn]] void enter_started(void* area) {
    auto& cpu = *static_cast<PerCpu*>(area);
    load_descriptor_tables(cpu);
    Cpu::write_cr3(cpu.kernel_tables);
    X86_64::enable_protection();
    X86_64::enable_calls();
    kernel_processor_entry();
}

} // namespace

StackPlace X86_64::stack_of(base::u32 index) {
    return {kStackRegion + kStackStride * index, base::Bytes{StackBlock::kBytes}};
}

StartingPlace X86_64::make_processor_area(std::span<std::byte> memory, base::u32 index, base::u32 hardware_id,
                                          base::u64 canary) {
    const StackBlock stacks(stack_of(index).start.value());
    auto* const area = ::new (memory.data()) PerCpu{.self = nullptr, .index = index, .stacks = stacks};
    area->self = area;
    area->stack_canary = canary & ~0xffULL; // a zero byte stops string functions that run over
    area->kernel_tables = Cpu::read_cr3();
    return {hardware_id, stacks.kernel_top(), base::address_of(area)};
}

std::span<StartingPlace> X86_64::starting_places(std::span<std::byte> memory) {
    auto* const first = ::new (memory.data()) StartingPlace{};
    // SAFETY: an array of them, made in memory that was given for it.
#pragma clang unsafe_buffer_usage begin
    return {first, memory.size() / sizeof(StartingPlace)};
#pragma clang unsafe_buffer_usage end
}

void X86_64::fill_starting_page(std::span<std::byte> page, base::PhysicalAddress address, base::PhysicalAddress tables,
                                std::span<const StartingPlace> places) {
    fill_trampoline(page, address, tables, places, enter_started);
}

} // namespace kernel::arch::x86_64
