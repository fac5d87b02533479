#include "kernel/core/start.hpp"

#include <algorithm>
#include <array>

#include "kernel/arch/current.hpp"
#include "kernel/core/boot_bundle.hpp"
#include "kernel/core/end.hpp"
#include "kernel/core/first_work.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/core/panic.hpp"
#include "kernel/memory/kernel_map.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/counter_check.hpp"
#include "kernel/processor/start_processors.hpp"
#include "kernel/sanitizer/kasan.hpp"
#include "kernel/time/start_clock.hpp"
#include "kernel/time/wall_clock.hpp"

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
    Arch::enable_calls();
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

/// A frame of its own, which is gone when start() goes on for ever: the nodes are large.
[[gnu::noinline]] void take_over_memory() {
    const memory::FirmwareNodes nodes(kernel().platform.nodes());
    if (const auto done = memory::take_over(kernel().boot_info, nodes.view(), kernel().frames); !done) {
        refuse("memory: ", abi::name(done.error()));
    }
    kernel().space.initialize(kernel().frames, kernel().boot_info.memory);
    const Bytes memory = kernel().boot_info.memory.total_usable();
    static_cast<void>(kernel().budgets.set_limit(kernel().budgets.root(), budget::Kind::Memory, memory.value()));
}

/// One line for each node, where there are several.
void print_nodes(std::span<const base::u8> node_of_processor) {
    memory::FrameAllocator& frames = kernel().frames;
    for (u32 node = 0; frames.node_count() > 1 && node < frames.node_count(); ++node) {
        LOG_INFO("memory: node {}: {} MiB free, {} processors", node, frames.counts(node).free >> 8,
                 std::ranges::count(node_of_processor, node));
    }
}

void find_boot_bundle() {
    const auto found = open_boot_bundle(kernel().boot_info);
    if (!found) {
        refuse("the boot bundle is unusable: ", describe(found.error()));
    }
    kernel().bundle = *found;
    if (const std::optional<bundle::Bundle>& bundle = *found; bundle) {
        LOG_INFO("bundle: {} files, {} bytes", bundle->file_count(), bundle->size());
    }
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
    kernel().io_apics.initialize(kernel().platform, kernel().space, Arch::hardware_id());
}

void find_devices() {
    kernel().pci.initialize(kernel().platform, kernel().space);
    kernel().virtio_devices.find(kernel().platform, kernel().space);
}

void choose_hypervisor() {
    Kernel& state = kernel();
    const auto ids = state.platform.processors(Arch::hardware_id(), Arch::largest_hardware_id());
    if (const auto done = state.hypervisor.choose(ids, state.frames); !done) {
        refuse("memory: ", abi::name(done.error()));
    }
    state.hypervisor.enter_processor(0);
    base::FixedText<Log::kLineBytes> features;
    if (const auto* kvm = state.hypervisor.kvm()) {
        kvm->features().print(features);
    }
    LOG_INFO("hypervisor: backend {} {}", state.hypervisor.name(), features.view());
}

void start_clock() {
    if (const auto done = time::start_clock(kernel()); !done) {
        const bool lacks_timer = done.error() == base::Error::Unsupported;
        refuse(lacks_timer ? "no timer of this machine can be used" : "no clock of this machine counts: ",
               lacks_timer ? "" : abi::name(done.error()));
    }
    time::set_wall_clock(kernel());
    if (const auto place = kernel().platform.generation_id()) {
        if (const auto mapped = kernel().space.map_device(*place, acpi::kGenerationIdBytes)) {
            kernel().clock_watch.watch_generation(*mapped);
            LOG_INFO("clock: restores are told at {}", *place);
        }
    }
}

/// On all processors that came up.
void place_threads() {
    Kernel& state = kernel();
    const numa::NodeTable& nodes = state.platform.nodes();
    for (const processor::Processor& processor : state.processors.all()) {
        if (processor.state() == processor::State::Online) {
            state.placement.join(nodes, processor.index(), nodes.node_of_processor(processor.hardware_id()));
        }
    }
    state.groups.set_capacity(static_cast<u32>(state.placement.topology().online().count()));
}

[[gnu::noinline]] void start_processors() {
    Kernel& state = kernel();
    const auto ids = state.platform.processors(Arch::hardware_id(), Arch::largest_hardware_id());
    if (const auto done = state.processors.create(ids, state.clock, state.frames); !done) {
        refuse("memory: ", abi::name(done.error()));
    }
    state.epochs.start(state.processors.epoch_places());
    std::array<base::u8, cpu_set::kMaximumCpus> nodes{};
    std::ranges::transform(ids, nodes.begin(), [&state](u32 id) {
        return memory::allocator_node(state.platform.nodes().node_of_processor(id));
    });
    if (const auto done = state.frames.add_processors(std::span(nodes).first(ids.size())); !done) {
        refuse("memory: ", abi::name(done.error()));
    }
    print_nodes(std::span(nodes).first(ids.size()));
    processor::Processor& self = processor::this_processor();
    self.set_state(processor::State::Online);
    self.idle_wait.prepare();
    LOG_DEBUG("idle: processors {}", idle::name(self.idle_wait.governor()));
    processor::install_own_vectors(self);
    if (const auto done = processor::enable_timer(self); !done) {
        refuse("no timer interrupts this processor: ", abi::name(done.error()));
    }
    if (const auto done = processor::start_processors(state); !done) {
        LOG_WARNING("the other processors stay off: {}", abi::name(done.error()));
    }
    place_threads();
    const auto objects = object::make_objects(state.processors.count());
    if (!objects) {
        refuse("memory: ", abi::name(objects.error()));
    }
    state.objects = *objects;
    const auto process_objects = process::make_process_objects(state.processors.count());
    if (!process_objects) {
        refuse("memory: ", abi::name(process_objects.error()));
    }
    state.process_objects = *process_objects;
    if (const u64 ticks = processor::compare_counters(state); ticks != 0) {
        time::leave_differing_counters(state, ticks);
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
    kernel().random.reseed();
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
    find_devices();
    choose_hypervisor();
    start_clock();
    start_processors();
    print_banner();
    run_first_work();
}

} // namespace kernel::core

void kernel_entry(base::u32 boot_structure, base::u32 door, base::u64 ticks, base::u64 slide) {
    kernel::core::make_kernel();
    kernel::core::kernel().entry_ticks = ticks;
    kernel::core::kernel().slide = slide;
    kernel::core::start(boot_structure, door);
}
