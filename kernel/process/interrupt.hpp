/// A device's interrupt as an event of one bit.
#pragma once

#include <atomic>
#include <optional>

#include "base/format.hpp"
#include "kernel/interrupt/line.hpp"
#include "kernel/interrupt/message_source.hpp"
#include "kernel/interrupt/pin.hpp"
#include "kernel/process/event.hpp"
#include "libs/capability/contents.hpp"

namespace kernel::process {

/// Signals its bit when the device asks, on the processor that is interrupted: who waits at a ring for it is woken from
/// there. Then nothing more comes until acknowledge(). When nobody names it any more, or after detach(), it is silent
/// and its line may be had by others, as soon as its processor has heard of that.
class Interrupt final : public Event {
  public:
    static constexpr base::u64 kBit = 1;

    /// Of `pin`; of one that comes as a message, without. `maker` is the id of the process that the log names.
    Interrupt(std::optional<interrupt::Pin> pin, base::u64 maker);

    /// From now on it interrupts `where`, which is online. Once, before anybody knows it. Errors of Line::attach().
    base::Result<void> open(processor::Processor& where);

    /// What the device must write, once it is open; of a pin, address 0.
    [[nodiscard]] const apic::Message& message() const { return message_.message(); }

    // BadState: it is detached.

    base::Result<void> acknowledge();
    base::Result<void> mask();
    base::Result<void> unmask();

    /// Nothing comes any more when this was called until it answers true, from the same or another call.
    bool detach();

    [[nodiscard]] interrupt::Line::Counts counts() { return line_.counts(); }

  private:
    interrupt::Source& source() { return pin_ ? static_cast<interrupt::Source&>(*pin_) : message_; }

    [[nodiscard]] base::Result<void> check() const {
        return is_detached_.load(std::memory_order_relaxed) ? base::Result<void>{base::Error::BadState}
                                                            : base::Result<void>{};
    }

    static void deliver(interrupt::Line& line);
    static void close_object(Object& object);
    static void end(Object& object);

    /// A line that knows whose it is.
    struct OwnLine : interrupt::Line {
        OwnLine(Interrupt& whose, interrupt::Source& source, const interrupt::StormBound& bound)
            : Line(source, whose.name_.view(), &Interrupt::deliver, bound), owner(whose) {}

        Interrupt& owner;
    };

    base::FixedText<32> name_;
    std::optional<interrupt::Pin> pin_;
    interrupt::MessageSource message_{"message"};
    std::atomic<bool> is_detached_{false};   ///< or about to be
    std::atomic<bool> is_given_back_{false}; ///< the pin is
    OwnLine line_;
};

/// The window of a capability to an Interrupt: it has one bit, and a child of the capability may be left without.
inline constexpr base::u64 kItsBit = capability::Window{.first = 0, .count = 1}.qualifier();

constexpr bool shows_its_bit(base::u64 qualifier) { return qualifier == kItsBit; }

} // namespace kernel::process
