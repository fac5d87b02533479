#include "kernel/process/interrupt.hpp"

#include "kernel/process/hand_over.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Result;

namespace {

base::FixedText<32> name_of(base::u64 maker) {
    base::FixedText<32> name;
    base::print(name, "of process {}", maker);
    return name;
}

} // namespace

Interrupt::Interrupt(std::optional<interrupt::Pin> pin, base::u64 maker)
    : Event(abi::ObjectKind::Interrupt, &Interrupt::end, &Interrupt::close_object), name_(name_of(maker)),
      pin_(std::move(pin)), line_(*this, source(), pin_ ? interrupt::kPinStorm : interrupt::kMessageStorm) {}

Result<void> Interrupt::open(processor::Processor& where) {
    TRY(line_.attach(where));
    line_.unmask();
    return {};
}

void Interrupt::deliver(interrupt::Line& line) {
    HandOver hand_over;
    static_cast<OwnLine&>(line).owner.signal(kBit, hand_over);
    hand_over.wake_last();
}

Result<void> Interrupt::acknowledge() {
    TRY(check());
    // First: the next may be delivered before the line's own function is through.
    clear(kBit);
    line_.acknowledge();
    return {};
}

Result<void> Interrupt::mask() {
    TRY(check());
    line_.mask();
    return {};
}

Result<void> Interrupt::unmask() {
    TRY(check());
    line_.unmask();
    return {};
}

bool Interrupt::detach() {
    if (!is_detached_.exchange(true)) {
        // The only one to detach it, and it is never moved; one that was never opened is silent.
        static_cast<void>(line_.detach().has_value());
    }
    if (!line_.is_detached()) {
        return false;
    }
    if (pin_ && !is_given_back_.exchange(true)) {
        pin_->give_back();
    }
    return true;
}

void Interrupt::close_object(Object& object) {
    auto& interrupt = static_cast<Interrupt&>(object);
    interrupt.close();
    static_cast<void>(interrupt.detach());
}

void Interrupt::end(Object& object) {
    auto& interrupt = static_cast<Interrupt&>(object);
    if (interrupt.detach()) {
        process_objects().interrupts.destroy(interrupt);
    } else {
        process_objects().retirement.put_back(object);
    }
}

} // namespace kernel::process
