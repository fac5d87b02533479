#include "kernel/processor/start_processors.hpp"

#include <algorithm>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::processor {

using base::Bytes;
using base::Nanoseconds;
using base::PhysicalAddress;
using base::Result;
using base::u32;
using base::u64;
using base::VirtualAddress;
using namespace base::literals;

namespace {

constexpr Bytes kPage{base::kPageSize};
/// Below lie the interrupt table and data of the BIOS.
constexpr PhysicalAddress kLowestStart{0x8000};
/// A start names a page below 1 MiB; what the BIOS keeps begins below 640 KiB.
constexpr PhysicalAddress kHighestStart{0x9f000};

/// For a processor to forget what it did. The 10 ms of [intel/vol3] 9.4.4.1 are for boards of the nineties.
constexpr Nanoseconds kInitPatience = 10_us;
constexpr Nanoseconds kShortestSleep = 10_us;
constexpr Nanoseconds kFirstPatience = 5_ms;
constexpr Nanoseconds kLastPatience{1'000'000'000};

/// A page of usable memory where a processor can start; nothing else uses the first MiB.
Result<PhysicalAddress> find_starting_page(const boot::MemoryMap& map) {
    for (const boot::MemoryRange& range : map.ranges()) {
        const PhysicalAddress page = std::max(range.start, kLowestStart).align_up(kPage);
        if (range.type == boot::MemoryType::Usable && page + kPage <= std::min(range.end(), kHighestStart)) {
            return page;
        }
    }
    return base::Error::NotFound;
}

/// The kernel's own tables, with `page` shown one to one besides.
Result<PhysicalAddress> make_starting_tables(PhysicalAddress page, memory::FrameAllocator& frames) {
    memory::KernelTables tables(frames);
    const PhysicalAddress top = TRY(tables.allocate_table());
    if (top >= Arch::starting_tables_limit()) {
        return base::Error::NoMemory;
    }
    std::ranges::copy(memory::KernelTables::table(Arch::current_tables()), memory::KernelTables::table(top).begin());
    memory::KernelMapper mapper(tables, top, 0);
    TRY(mapper.map(VirtualAddress{page.value()}, page, kPage, page_table::Access::ReadExecute,
                   page_table::Owner::Kernel));
    return top;
}

Result<void> map_stacks(u32 index, memory::KernelSpace& space) {
    const auto stacks = Arch::stack_of(index);
    for (Bytes offset{0}; offset < stacks.size; offset += kPage) {
        if (!stacks.is_guard(offset)) {
            TRY(space.map_fresh(stacks.start + offset, kPage));
        }
    }
    return {};
}

using StartingPlaces = std::span<Arch::StartingPlace>;

/// Stack and area for each processor but the first.
Result<void> make_places(core::Kernel& kernel, StartingPlaces places) {
    for (Processor& processor : kernel.processors.all().subspan(1)) {
        TRY(map_stacks(processor.index(), kernel.space));
        const PhysicalAddress area = TRY(kernel.frames.allocate_zeroed());
        static_assert(Arch::kProcessorAreaBytes <= base::kPageSize);
        places[processor.index() - 1] = Arch::make_processor_area(Arch::physical_bytes(area, kPage), processor.index(),
                                                                  processor.hardware_id(), kernel.random.next());
    }
    return {};
}

bool have_all_answered(const core::Kernel& kernel) {
    return std::ranges::none_of(kernel.processors.all(),
                                [](const Processor& processor) { return processor.state() == State::Starting; });
}

/// Sleeps until all have answered or `patience` is over.
void sleep_for_answers(core::Kernel& kernel, Nanoseconds patience) {
    struct Wait : time::Timer {
        explicit Wait(core::Kernel& whose)
            : Timer([](time::Timer& timer) { static_cast<Wait&>(timer).over = true; }), kernel(whose) {}

        core::Kernel& kernel;
        bool over = false;
    } wait(kernel);

    Processor& self = this_processor();
    self.timers.arm(wait, kernel.clock.now() + patience);
    self.idle_until(
        [](void* context) {
            const auto& waiting = *static_cast<Wait*>(context);
            return waiting.over || have_all_answered(waiting.kernel);
        },
        &wait);
    self.timers.cancel(wait);
}

/// The same in sleeps that grow. Answers interrupt a sleep; but QEMU, when it counts instructions, books a processor
/// that it resets with all the time until the next timer, as if it had worked.
void await_answers(core::Kernel& kernel, Nanoseconds patience) {
    const Nanoseconds end = kernel.clock.now() + patience;
    for (Nanoseconds sleep = kShortestSleep; !have_all_answered(kernel) && kernel.clock.now() < end; sleep += sleep) {
        sleep_for_answers(kernel, std::min(sleep, end - kernel.clock.now()));
    }
}

void send_starts(const core::Kernel& kernel, PhysicalAddress page) {
    for (const Processor& processor : kernel.processors.all()) {
        if (processor.state() == State::Starting) {
            Arch::start_processor(processor.hardware_id(), page);
        }
    }
}

/// One after the other, so that each is the only one that is reset while the next timer is near; who does not answer at
/// once is called again together with the others.
void call_all(core::Kernel& kernel, PhysicalAddress page) {
    for (Processor& processor : kernel.processors.all().subspan(1)) {
        processor.set_state(State::Starting);
        Arch::call_processor(processor.hardware_id());
        sleep_for_answers(kernel, kInitPatience);
        Arch::start_processor(processor.hardware_id(), page);
        await_answers(kernel, kFirstPatience);
    }
    if (!have_all_answered(kernel)) {
        send_starts(kernel, page); // [intel/vol3] 9.4.4.1: the first may get lost
        await_answers(kernel, kLastPatience);
    }
}

void leave_out_the_silent(core::Kernel& kernel) {
    for (Processor& processor : kernel.processors.all()) {
        if (processor.give_up()) {
            LOG_WARNING("cpu {} (id {}) did not answer and is left out", processor.index(), processor.hardware_id());
        }
    }
}

void on_timer(void* context) {
    Arch::end_of_interrupt();
    auto& processor = *static_cast<Processor*>(context);
    core::kernel().clock_watch.check(processor.index(), processor.clock_version);
    processor.timers.on_interrupt();
}

void on_mailbox(void* context) {
    Arch::end_of_interrupt();
    static_cast<Processor*>(context)->note_call();
    static_cast<Processor*>(context)->drain();
}

void on_error(void*) {
    Arch::end_of_interrupt();
    LOG_WARNING("cpu {}: interrupt controller reports errors {:#x}", Arch::cpu_index(), Arch::take_interrupt_errors());
}

/// [intel/vol3] 11.9: an interrupt that was withdrawn; nothing is to be ended.
void on_spurious(void* context) { static_cast<Processor*>(context)->note_spurious(); }

} // namespace

void install_own_vectors(Processor& processor) {
    processor.prepare_translations();
    processor.vectors.set(Arch::kTimerVector, {on_timer, &processor});
    processor.vectors.set(Arch::kMailboxVector, {on_mailbox, &processor});
    processor.vectors.set(Arch::kInterruptErrorVector, {on_error, nullptr});
    processor.vectors.set(Arch::kSpuriousVector, {on_spurious, &processor});
}

Result<void> enable_timer(Processor& self) {
    core::Kernel& kernel = core::kernel();
    if (kernel.alarms.is_open()) {
        return kernel.alarms.join(self.timers, self.hardware_id(), kernel.io_apics);
    }
    Arch::enable_event_timer();
    return {};
}

Result<void> start_processors(core::Kernel& kernel) {
    const u32 others = kernel.processors.count() - 1;
    if (others == 0) {
        return {};
    }
    const PhysicalAddress page = TRY(find_starting_page(kernel.boot_info.memory));
    const Bytes size{others * sizeof(Arch::StartingPlace)};
    const PhysicalAddress list = TRY(kernel.frames.allocate_contiguous(base::Pages::holding(size)));
    const StartingPlaces places = Arch::starting_places(Arch::physical_bytes(list, size));
    TRY(make_places(kernel, places));
    // Last: the stacks are in the kernel's tables now.
    const PhysicalAddress tables = TRY(make_starting_tables(page, kernel.frames));
    Arch::fill_starting_page(Arch::physical_bytes(page, kPage), page, tables, places);
    call_all(kernel, page);
    leave_out_the_silent(kernel);
    return {};
}

} // namespace kernel::processor

/// A processor that was started, on its own stack, with interrupts off.
extern "C" [[noreturn]] void kernel_processor_entry();

void kernel_processor_entry() {
    using namespace kernel;
    core::kernel().idle_meter.end(Arch::read_cycle_counter());
    processor::Processor& self = processor::this_processor();
    processor::install_own_vectors(self);
    Arch::enable_local_interrupts();
    if (!processor::enable_timer(self)) {
        Arch::stop(); // out of the comparators' reach: it is missed
    }
    core::kernel().hypervisor.enter_processor(self.index());
    self.idle_wait.prepare();
    if (!self.answer()) {
        Arch::stop(); // too late: nobody counts on this one any more
    }
    Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector);
    self.threads.run_until([](void*) { return false; }, nullptr);
    Arch::stop();
}
