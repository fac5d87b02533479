#include "tests/bench/machine/interrupts.hpp"

#include <array>
#include <bit>

#include "abi/arguments.hpp"
#include "sdk/runtime/kernel_call.hpp"

namespace tests::bench {

using abi::Handle;
using abi::MachineMethod;
using abi::ObjectKind;
using base::u32;
using base::u64;

namespace {

// Configuration space, [pci] 6.1 and 6.8.1.
constexpr u32 kCommand = 0x04;
constexpr u32 kBaseAddress = 0x10;
constexpr u32 kCapabilities = 0x34;
constexpr u32 kByte = 0xff;
constexpr u32 kMessageCapability = 5;
constexpr u32 kMessagesAreOn = 1 << 16;
/// It answers at its registers, may send messages, and its line is off.
constexpr u32 kCommands = 1 << 1 | 1 << 2 | 1 << 10;
constexpr u32 kFunctionsOfBus = 256;
constexpr u64 kEdu = 0x11e8'1234;

/// Registers of the device: what is written to the first is asked until it is written to the second.
constexpr u64 kRaise = 0x60;
constexpr u64 kSatisfy = 0x64;

// SAFETY: of this file's volatile accesses: where the kernel has mapped the registers, and the page that the driver
// shares.

void store(u64 address, u32 value) { *std::bit_cast<volatile u32*>(address) = value; }

u64 load(u64 address) { return *std::bit_cast<volatile u64*>(address); }

void stop(std::string_view why) {
    sdk::runtime::debug_write(why);
    sdk::runtime::exit(1);
}

} // namespace

Interrupts::Interrupts(Peers& peers) : peers_(peers), caller_(peers.caller()) {
    find();
    const Handle budget = caller_.root(ObjectKind::Budget);
    const Handle machine = caller_.root(ObjectKind::Machine);
    constexpr u64 kFlags = 15;
    const u64 place = read(kBaseAddress) & ~kFlags;
    const Handle memory = slot_of(caller_.call(machine, ObjectKind::Machine, MachineMethod::CreateDeviceMemory,
                                               std::array<u64, 2>{place, Peers::kPage}, lend(budget)));
    registers_ = peers.show(memory);
    constexpr u64 kFirstProcessor = 0;
    const auto message = caller_.call(machine, ObjectKind::Machine, MachineMethod::CreateMessage,
                                      std::array<u64, 1>{kFirstProcessor}, lend(budget));
    interrupt_ = slot_of(message);
    send_messages(word_of(message), static_cast<u32>(word_of(message, 1)));
    start_driver();
}

u64 Interrupts::read(u32 offset) {
    return word_of(caller_.call(caller_.root(ObjectKind::Machine), ObjectKind::Machine,
                                MachineMethod::ReadConfiguration, std::array<u64, 1>{u64{offset} << 32 | function_})) &
           ~u32{0};
}

void Interrupts::write(u32 offset, u32 value) {
    caller_.call(caller_.root(ObjectKind::Machine), ObjectKind::Machine, MachineMethod::WriteConfiguration,
                 std::array<u64, 2>{u64{offset} << 32 | function_, value});
}

void Interrupts::find() {
    while (read(0) != kEdu) {
        if (++function_ == kFunctionsOfBus) {
            stop("the machine has no device for teaching\n");
        }
    }
    write(kCommand, kCommands);
}

void Interrupts::send_messages(u64 address, u32 data) {
    u32 at = read(kCapabilities) & kByte;
    while (at != 0 && (read(at) & kByte) != kMessageCapability) {
        at = read(at) >> 8 & kByte;
    }
    // It has 64 bits of address: QEMU says so in the capability's head.
    write(at + 4, static_cast<u32>(address));
    write(at + 8, static_cast<u32>(address >> 32));
    write(at + 12, data);
    write(at, static_cast<u32>(read(at)) | kMessagesAreOn);
}

void Interrupts::start_driver() {
    const Peer driver = peers_.create();
    const Handle page = peers_.create_page();
    woken_ = peers_.show(page);
    peers_.share(driver, page);
    peers_.attach(driver, interrupt_, 1);
    const Handle thread = peers_.start(driver, Routine::Drive, Peers::kShared, 0, 0);
    constexpr abi::SchedulingArguments kRealTime{static_cast<u32>(abi::SchedulingClass::Fifo), 50, 0, 0, 0};
    caller_.call(thread, ObjectKind::Thread, abi::ThreadMethod::SetScheduling,
                 std::bit_cast<std::array<u64, 3>>(kRealTime));
    // It is of a higher class: when this goes on, it waits.
    for (u32 round = 0; round < 100; ++round) {
        sdk::runtime::submit(0, 0);
    }
}

u64 Interrupts::interrupt_once() {
    const u64 before = load(woken_);
    const u64 start = __builtin_readcyclecounter();
    store(registers_ + kRaise, 1);
    const u64 woken = load(woken_);
    if (woken == before || woken < start) {
        stop("the driver did not run at once\n");
    }
    store(registers_ + kSatisfy, 1);
    caller_.call(interrupt_, ObjectKind::Interrupt, abi::InterruptMethod::Acknowledge);
    return woken - start;
}

} // namespace tests::bench
