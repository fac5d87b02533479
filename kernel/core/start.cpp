#include "kernel/core/start.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/boot_bundle.hpp"
#include "kernel/core/end.hpp"
#include "kernel/core/first_work.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/core/panic.hpp"
#include "kernel/memory/kernel_map.hpp"
#include "kernel/processor/start_processors.hpp"
#include "kernel/sanitizer/kasan.hpp"

namespace kernel::core {

namespace {

using base::Bytes;
using base::u32;
using base::u64;

constexpr std::string_view kVersion = "0.1.0";

/// One clear line, and a clean stop.
[[noreturn]] void refuse(std::string_view why, std::string_view what = {}) {
    LOG_ERROR("cannot start: {}{}", why, what);
    end(ExitCode::Refused);
}

void check_processor() {
    if (const std::string_view missing = Arch::missing_feature(); !missing.empty()) {
        refuse("this CPU lacks ", missing);
    }
    Arch::enable_protection();
}

void read_boot_structure(u32 door, u32 structure) {
    Kernel& state = kernel();
    const std::string_view failure = Arch::read_boot_info(door, structure, state.boot_info);
    // Even of a bad structure: the command line may say how a refusal ends the machine.
    state.options = parse_options(state.boot_info.command_line());
    state.log.set_level(state.options.log_level);
    if (!failure.empty()) {
        refuse("the boot structure is unusable: ", failure);
    }
    if (state.boot_info.command_line_was_cut()) {
        LOG_WARNING("the command line is longer than {} bytes: the rest is ignored", boot::BootInfo::kCommandLineBytes);
    }
}

/// The compiler's constructors: in kernels with KASAN, they register the globals.
void run_constructors() {
    for (void (*constructor)() : Arch::constructors()) {
        constructor();
    }
}

void take_over_memory() {
    if (const auto done = memory::take_over(kernel().boot_info, kernel().frames); !done) {
        refuse("memory: ", abi::name(done.error()));
    }
    kernel().space.initialize(kernel().frames);
}

void find_boot_bundle() {
    const auto found = open_boot_bundle(kernel().boot_info);
    if (!found) {
        refuse("the boot bundle is unusable: ", describe(found.error()));
    }
    if (const std::optional<bundle::Bundle>& bundle = *found; bundle) {
        LOG_INFO("bundle: {} files, {} bytes", bundle->file_count(), bundle->size());
    }
}

/// Where the tables say that counters of a known rate are.
Arch::ClockHints clock_hints() {
    constexpr Bytes kHpetBytes{1024};
    Arch::ClockHints hints{};
    if (const auto hpet = kernel().platform.hpet()) {
        if (const auto registers = kernel().space.map_device(*hpet, kHpetBytes)) {
            hints.hpet = *registers;
        }
    }
    if (const auto& fadt = kernel().platform.fadt()) {
        hints.pm_timer_port = fadt->pm_timer().value_or(acpi::GenericAddress{}).port().value_or(0);
    }
    return hints;
}

void start_interrupts() {
    std::optional<base::VirtualAddress> registers;
    if (const auto place = Arch::interrupt_registers()) {
        const auto mapped = kernel().space.map_device(*place, Bytes{base::kPageSize});
        if (!mapped) {
            refuse("memory: ", abi::name(mapped.error()));
        }
        registers = *mapped;
    }
    Arch::initialize_interrupts(registers, kernel().platform.has_legacy_controllers());
}

void start_clock() {
    const Arch::CounterRate rate = Arch::measure_counter(clock_hints());
    const auto scale = timekeeping::TickScale::from_hertz(rate.hertz);
    if (!scale) {
        refuse("no clock of this machine counts");
    }
    const timekeeping::ClockBase base{kernel().entry_ticks, base::Nanoseconds{0}, scale->multiplier()};
    if (const auto done = kernel().clock.start("tsc", base, *scale, kernel().frames); !done) {
        refuse("memory: ", abi::name(done.error()));
    }
    LOG_INFO("clock: tsc, {} kHz by {}; timer {}", rate.hertz / 1000, rate.source, Arch::event_timer_name());
}

void start_processors() {
    Kernel& state = kernel();
    const auto ids = state.platform.processors(Arch::hardware_id(), Arch::largest_hardware_id());
    if (const auto done = state.processors.create(ids, state.clock, state.frames); !done) {
        refuse("memory: ", abi::name(done.error()));
    }
    processor::Processor& self = processor::this_processor();
    self.set_state(processor::State::Online);
    processor::install_own_vectors(self);
    Arch::enable_event_timer();
    if (const auto done = processor::start_processors(state); !done) {
        LOG_WARNING("the other processors stay off: {}", abi::name(done.error()));
    }
}

void print_banner() {
    const boot::BootInfo& info = kernel().boot_info;
    const u64 mebibytes = info.memory.total_usable().value() >> 20;
    const u32 cpus = kernel().processors.online().count();
    const u64 ticks = Arch::read_cycle_counter() - kernel().entry_ticks - kernel().idle_meter.total();
    LOG_INFO("Tessera {}: memory {} MiB, {} CPU{}, clock {}, door {}, {} ticks since entry", kVersion, mebibytes, cpus,
             cpus == 1 ? "" : "s", kernel().clock.source(), info.door, ticks);
}

} // namespace

[[noreturn]] void start(u32 boot_structure, u32 door) {
    Arch::initialize_processor();
    Arch::initialize_console();
    // First, because the command line says how a refusal ends the machine.
    read_boot_structure(door, boot_structure);
    check_processor();
    // While the memory is as the door left it: firmware's tables may lie in what the map calls reserved.
    kernel().platform.read(kernel().boot_info);
    take_over_memory();
    run_constructors();
    {
        base::FixedText<Log::kLineBytes> features;
        Arch::print_features(features);
        LOG_INFO("cpu: {}", features.view());
        base::FixedText<Log::kLineBytes> hypervisors;
        Arch::print_hypervisors(hypervisors);
        LOG_INFO("hypervisor: {}", hypervisors.view());
    }
    LOG_INFO("image: slide {:#x}, sanitizer {}", kernel().slide, sanitizer::name());
    find_boot_bundle();
    start_interrupts();
    start_clock();
    start_processors();
    print_banner();
    run_first_work();
}

} // namespace kernel::core

void kernel_entry(base::u32 boot_structure, base::u32 door, base::u64 ticks, base::u64 slide) {
    kernel::core::kernel().entry_ticks = ticks;
    kernel::core::kernel().slide = slide;
    kernel::core::start(boot_structure, door);
}
