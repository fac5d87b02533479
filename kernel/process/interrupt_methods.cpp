#include "abi/device_arguments.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/chosen_processor.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using abi::LineMode;
using base::Error;
using base::Result;
using base::u32;
using base::u64;

namespace {

/// The Interrupt of a call. OutOfRange: the capability does not show it.
Result<Interrupt*> interrupt_of(const Invocation& call) {
    if (!shows_its_bit(call.slot.qualifier())) {
        return Error::OutOfRange;
    }
    return &static_cast<Interrupt&>(call.object());
}

/// NotFound, AccessDenied, Busy.
Result<interrupt::Pin> claim(u32 line, LineMode mode) {
    auto& controllers = core::kernel().io_apics;
    switch (mode) {
    case LineMode::Tables: return controllers.claim(line);
    case LineMode::EdgeHigh: return controllers.claim(line, {.is_active_low = false, .is_level = false});
    case LineMode::EdgeLow: return controllers.claim(line, {.is_active_low = true, .is_level = false});
    case LineMode::LevelHigh: return controllers.claim(line, {.is_active_low = false, .is_level = true});
    case LineMode::LevelLow: return controllers.claim(line, {.is_active_low = true, .is_level = true});
    }
    return Error::InvalidArgument;
}

/// One of `pin`, or of a message, that interrupts `where`, and that the caller holds.
Result<Interrupt*> create(const Invocation& call, Answer& answer, BudgetObject& payer,
                          std::optional<interrupt::Pin> pin, processor::Processor& where) {
    // First, so that what is open need not be closed again.
    auto& space = call.process.capabilities();
    const u32 place = TRY(space.reserve());
    auto object = process_objects().interrupts.create(payer.budget(), std::move(pin), call.process.id());
    const Result<void> opened = object ? (*object)->open(where) : Result<void>{object.error()};
    if (!opened) {
        space.give_back(place);
        return opened.error();
    }
    Interrupt& interrupt = object->release();
    const abi::Handle handle = space.install_at(place, interrupt, abi::kAllPermissions, kItsBit);
    payer.add(interrupt);
    answer.give_capability({handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::Interrupt});
    return &interrupt;
}

} // namespace

Result<Progress> create_interrupt(const Invocation& call, Answer& answer) {
    BudgetObject& payer = *TRY(lent_budget(call));
    const auto wanted = call.arguments<abi::CreateInterruptArguments>();
    processor::Processor& where = *TRY(chosen_processor(wanted.processor));
    auto pin = TRY(claim(wanted.line, static_cast<LineMode>(wanted.mode)));
    TRY(create(call, answer, payer, std::move(pin), where));
    return Progress::Done;
}

Result<Progress> create_message(const Invocation& call, Answer& answer) {
    BudgetObject& payer = *TRY(lent_budget(call));
    const auto [processor] = call.arguments<std::array<u64, 1>>();
    processor::Processor& where = *TRY(chosen_processor(processor));
    const Interrupt& interrupt = *TRY(create(call, answer, payer, std::nullopt, where));
    const apic::Message& message = interrupt.message();
    answer.give(abi::MessageView{.address = message.address, .data = message.data, .zero = 0});
    return Progress::Done;
}

Result<Progress> tell_interrupt_state(const Invocation& call, Answer& answer) {
    const auto counts = TRY(interrupt_of(call))->counts();
    answer.give(abi::InterruptState{.deliveries = counts.deliveries,
                                    .arrivals = counts.arrivals,
                                    .storms = counts.storms,
                                    .is_pending = counts.is_delivered ? 1U : 0U,
                                    .is_masked = counts.is_masked ? 1U : 0U});
    return Progress::Done;
}

Result<Progress> acknowledge_interrupt(const Invocation& call, Answer&) {
    TRY(TRY(interrupt_of(call))->acknowledge());
    return Progress::Done;
}

Result<Progress> mask_interrupt(const Invocation& call, Answer&) {
    TRY(TRY(interrupt_of(call))->mask());
    return Progress::Done;
}

Result<Progress> unmask_interrupt(const Invocation& call, Answer&) {
    TRY(TRY(interrupt_of(call))->unmask());
    return Progress::Done;
}

Result<Progress> detach_interrupt(const Invocation& call, Answer&) {
    // Its processor gives the vector back, and is not waited for here.
    return TRY(interrupt_of(call))->detach() ? Progress::Done : Progress::Again;
}

} // namespace kernel::process
