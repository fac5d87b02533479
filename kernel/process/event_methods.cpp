#include "abi/arguments.hpp"
#include "kernel/process/bit_event.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/timer.hpp"

namespace kernel::process {

using abi::ObjectKind;
using base::Error;
using base::Result;
using base::u64;

namespace {

Event& event_of(const Invocation& call) { return static_cast<Event&>(call.object()); }

Timer& timer_of(const Invocation& call) { return static_cast<Timer&>(call.object()); }

/// The bits that a method names. OutOfRange: the capability does not show all of them.
Result<u64> bits_of(const Invocation& call) {
    const auto [bits] = call.arguments<std::array<u64, 1>>();
    return (bits & ~call.slot.qualifier()) == 0 ? Result<u64>{bits} : Result<u64>{Error::OutOfRange};
}

} // namespace

void BitEvent::end(Object& object) { process_objects().events.destroy(static_cast<BitEvent&>(object)); }

Result<Progress> create_event(const Invocation& call, Answer& answer) {
    BudgetObject& payer = called_budget(call);
    constexpr u64 kAllBits = ~u64{0};
    auto event = TRY(process_objects().events.create(payer.budget()));
    TRY(give_object(call, answer, payer, std::move(event), abi::kAllPermissions, kAllBits));
    return Progress::Done;
}

Result<Progress> create_timer(const Invocation& call, Answer& answer) {
    BudgetObject& payer = called_budget(call);
    auto timer = TRY(process_objects().timers.create(payer.budget()));
    TRY(give_object(call, answer, payer, std::move(timer), abi::kAllPermissions));
    return Progress::Done;
}

Result<Progress> signal(const Invocation& call, Answer&) {
    event_of(call).signal(TRY(bits_of(call)), call.submitter.hand_over);
    return Progress::Done;
}

Result<Progress> clear(const Invocation& call, Answer&) {
    event_of(call).clear(TRY(bits_of(call)));
    return Progress::Done;
}

Result<Progress> tell_bits(const Invocation& call, Answer& answer) {
    answer.give(std::array{event_of(call).bits() & call.slot.qualifier()});
    return Progress::Done;
}

Result<Progress> arm_timer(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::ArmArguments>();
    if (wanted.period != 0 && (wanted.period < abi::kShortestPeriod || wanted.slack >= wanted.period)) {
        return Error::InvalidArgument;
    }
    timer_of(call).arm({.deadline = base::Nanoseconds{wanted.deadline},
                        .period = base::Nanoseconds{wanted.period},
                        .slack = base::Nanoseconds{wanted.slack}});
    return Progress::Done;
}

Result<Progress> disarm_timer(const Invocation& call, Answer&) {
    timer_of(call).arm({});
    return Progress::Done;
}

} // namespace kernel::process
