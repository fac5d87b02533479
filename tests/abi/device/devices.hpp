/// What drivers ask of the machine.
#pragma once

#include "abi/device_arguments.hpp"
#include "tests/abi/calls.hpp"

namespace tests::abi {

constexpr u16 machine_method(::abi::MachineMethod method) { return method_of(ObjectKind::Machine, method); }

constexpr u16 interrupt_method(::abi::InterruptMethod method) { return method_of(ObjectKind::Interrupt, method); }

class Devices {
  public:
    static constexpr u64 kPage = 4096;
    static constexpr u64 kTag = 0xde;

    explicit Devices(Calls& calls) : calls_(calls) {}

    /// What a method of the machine answers that takes a budget.
    template <class T>
    Outcome create(::abi::MachineMethod method, const T& arguments) {
        return calls_.call(calls_.root(ObjectKind::Machine), machine_method(method), arguments,
                           lend(calls_.root(ObjectKind::Budget)));
    }

    Outcome create_memory(u64 address, u64 bytes) {
        return create(::abi::MachineMethod::CreateDeviceMemory,
                      ::abi::PhysicalRange{.address = address, .bytes = bytes});
    }

    Outcome create_ports(u32 first, u32 count) {
        return create(::abi::MachineMethod::CreateIoPorts, ::abi::PortRange{.first = first, .count = count});
    }

    Outcome create_interrupt(u32 line, ::abi::LineMode mode = ::abi::LineMode::Tables,
                             u64 processor = ::abi::kAnyProcessor) {
        return create(
            ::abi::MachineMethod::CreateInterrupt,
            ::abi::CreateInterruptArguments{.line = line, .mode = static_cast<u32>(mode), .processor = processor});
    }

    Outcome create_message(u64 processor = ::abi::kAnyProcessor) {
        return create(::abi::MachineMethod::CreateMessage, processor);
    }

    Outcome read_configuration(u32 function, u32 offset);
    Error write_configuration(u32 function, u32 offset, u32 value);

    /// `count` values of `port`.
    Outcome read(Handle ports, u32 port, u32 width, u64 count = 1);

    /// The value of a port.
    u32 in(Handle ports, u32 port, u32 width = 1) {
        constexpr u32 kBits = 8;
        return read(ports, port, width).answer<u32>() & static_cast<u32>((u64{1} << (kBits * width)) - 1);
    }

    /// Writes bytes to a port, as values of `width`.
    Error write(Handle ports, u32 port, u32 width, u64 count, std::span<const u8> bytes);

    Error out(Handle ports, u32 port, u32 value, u32 width = 1);

    /// Whole pages of a Memory or DeviceMemory, in this process.
    Outcome map(Handle memory, u64 offset, u64 bytes, u64 access);
    void unmap(u64 address, u64 bytes);

    Handle derive_window(Handle parent, u32 first, u32 count) { return narrow(parent, first, count).handle(); }

    Outcome narrow(Handle parent, u32 first, u32 count);

    Outcome call(Handle interrupt, ::abi::InterruptMethod method) {
        return calls_.call(interrupt, interrupt_method(method));
    }

    ::abi::InterruptState state(Handle interrupt) {
        return call(interrupt, ::abi::InterruptMethod::State).answer<::abi::InterruptState>();
    }

    Error acknowledge(Handle interrupt) { return call(interrupt, ::abi::InterruptMethod::Acknowledge).error; }

    /// To `ring`, or to that of this thread.
    Error attach(Handle source, u64 mask = 1, Handle ring = {});

    /// The bits of the next notice, which is waited for; 0: none comes.
    u64 wait_for_notice();

    /// Whether no notice comes for a while.
    bool is_quiet();

    u64 now();

    /// Until `nanoseconds` have passed; completions may come meanwhile.
    void rest(u64 nanoseconds);

    /// Creates the interrupt of a line that somebody gave back a moment ago.
    Outcome create_freed_interrupt(u32 line, u64 processor = ::abi::kAnyProcessor);

    Calls& calls() { return calls_; }

  private:
    /// The bits of a notice that is there; 0: there is none.
    u64 take();

    Calls& calls_;
};

} // namespace tests::abi
