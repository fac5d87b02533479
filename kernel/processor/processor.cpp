#include "kernel/processor/processor.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::processor {

bool Processor::post(mailbox::Message& message) {
    bool was_empty = false;
    if (state() != State::Online || !mailbox_.post(message, was_empty)) {
        return false;
    }
    if (was_empty && !idle_wait.wake()) {
        Arch::interrupt_processor(hardware_id_, Arch::kMailboxVector);
    }
    return true;
}

void Processor::Bell::run(mailbox::Message& message) {
    Processor& owner = static_cast<Bell&>(message).owner;
    owner.translations.answer();
    if (owner.must_leave_.exchange(false, std::memory_order_acq_rel)) {
        owner.threads.leave_spaces();
    }
}

void Processor::idle_until(bool (*done)(void* context), void* context) {
    while (!done(context)) {
        if (do_idle_work()) {
            Arch::let_interrupts_in();
            continue;
        }
        translations.begin_idle();
        core::kernel().idle_meter.begin(Arch::read_cycle_counter());
        idle_wait.wait(mailbox_);
        core::kernel().idle_meter.end(Arch::read_cycle_counter());
        // An interrupt has done that already, see kernel_trap(); a word that was watched has not.
        translations.end_idle();
        drain_some();
        watch_clock();
    }
}

/// Where it has changed, the time at which the hardware timer was to interrupt may have too.
void Processor::watch_clock() {
    const base::u32 before = clock_version;
    core::kernel().clock_watch.check(index_, clock_version);
    if (clock_version != before) {
        timers.set_anew();
    }
}

/// One slice. False: there is none, and the processor may sleep.
bool Processor::do_idle_work() {
    core::Kernel& kernel = core::kernel();
    // While the machine starts there are no objects.
    const bool has_retired = kernel.process_objects != nullptr && kernel.process_objects->retirement.has_work();
    if (has_retired) {
        // Before it enters the kernel: until it leaves, it holds back what others wait for.
        kernel.epochs.advance();
    }
    // Such work looks things up that others take out of sight.
    enter_kernel();
    const bool has_worked = threads.run_long_work() || (has_retired && kernel.process_objects->retirement.end_some()) ||
                            (kernel.objects != nullptr && kernel.objects->reaper.run_slice());
    leave_kernel();
    return has_worked || kernel.frames.zero_one() ||
           (kernel.objects != nullptr && kernel.frames.is_short() && kernel.objects->ageing.run_slice());
}

void Processor::give_back_later() {
    if (!LongWorkList::is_linked(giving_back_)) {
        threads.add(giving_back_);
    }
}

/// As long as there is something to be done: what waits for a grace period is come to again.
bool Processor::GivingBack::run(LongWork&) { return !core::kernel().process_objects->retirement.end_some(); }

void Processor::enter_kernel() { core::kernel().epochs.enter(epoch_place_); }

bool Processor::is_in_kernel() const { return epoch_place_.word.load(std::memory_order_relaxed) != 0; }

void Processor::leave_kernel() { epoch::Epochs::leave(epoch_place_); }

void Processor::interrupt_unmaskably() {
    // Two on their way at once could arrive as one.
    if (!nonmaskable_is_expected_.exchange(true, std::memory_order_acq_rel)) {
        Arch::interrupt_processor_unmaskably(hardware_id_);
    }
}

bool Processor::take_expected_nonmaskable() {
    return nonmaskable_is_expected_.exchange(false, std::memory_order_acq_rel);
}

bool take_expected_nonmaskable() {
    return Arch::cpu_index() < core::kernel().processors.count() && this_processor().take_expected_nonmaskable();
}

void Processor::prepare_translations() {
    translations.use_tags(Arch::has_address_tags());
    Arch::answer_while_spinning([] { this_processor().translations.answer(); });
}

Processor& this_processor() { return core::kernel().processors.at(static_cast<base::u32>(Arch::cpu_index())); }

} // namespace kernel::processor
