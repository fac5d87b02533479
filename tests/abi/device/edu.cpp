#include "tests/abi/device/edu.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: registers of the device, at the address where the kernel has mapped them.

namespace tests::abi {

namespace {

// Configuration space, [pci] 6.1 and 6.8.1.
constexpr u32 kIdentityWord = 0x00;
constexpr u32 kCommand = 0x04;
constexpr u32 kBaseAddress = 0x10;
constexpr u32 kCapabilities = 0x34;
constexpr u32 kLine = 0x3c;
constexpr u32 kAnswersMemory = 1 << 1;
constexpr u32 kIsBusMaster = 1 << 2;
constexpr u32 kIsLineOff = 1 << 10;
constexpr u32 kMessageCapability = 5;
constexpr u32 kMessagesAreOn = 1 << 16;
constexpr u32 kFunctionsOfBus = 256;
constexpr u32 kVendorAndDevice = 0x11e8'1234;

} // namespace

Edu::Edu(Devices& devices) : devices_(devices) {
    for (u32 function = 0; function < kFunctionsOfBus && !is_there(); ++function) {
        if (devices.read_configuration(function, kIdentityWord).answer<u32>() == kVendorAndDevice) {
            function_ = function;
        }
    }
    if (is_there()) {
        constexpr u32 kFlags = 15;
        devices.write_configuration(function_, kCommand, kAnswersMemory | kIsBusMaster);
        registers_ = devices.read_configuration(function_, kBaseAddress).answer<u32>() & ~kFlags;
    }
}

Outcome Edu::open() {
    const Outcome made = devices_.create_memory(registers_, kBytes);
    memory_ = made.handle();
    const Outcome mapped = devices_.map(memory_, 0, Devices::kPage, ::abi::kMapRead | ::abi::kMapWrite);
    place_ = mapped.answer<u64>();
    return mapped;
}

void Edu::close() {
    devices_.unmap(place_, Devices::kPage);
    devices_.calls().drop(memory_);
}

u32 Edu::read(u64 offset) const { return *reinterpret_cast<volatile u32*>(place_ + offset); }

void Edu::write(u64 offset, u32 value) const { *reinterpret_cast<volatile u32*>(place_ + offset) = value; }

u32 Edu::find_messages() {
    constexpr u32 kByte = 0xff;
    u32 at = devices_.read_configuration(function_, kCapabilities).answer<u32>() & kByte;
    while (at != 0) {
        const u32 head = devices_.read_configuration(function_, at).answer<u32>();
        if ((head & kByte) == kMessageCapability) {
            return at;
        }
        at = head >> 8 & kByte;
    }
    return 0;
}

void Edu::send_messages(u64 address, u32 data) {
    const u32 at = find_messages();
    const u32 head = devices_.read_configuration(function_, at).answer<u32>();
    const u32 line = address == 0 ? 0 : kIsLineOff;
    devices_.write_configuration(function_, kCommand, kAnswersMemory | kIsBusMaster | line);
    // It has 64 bits of address: QEMU says so in the capability's head.
    devices_.write_configuration(function_, at + 4, static_cast<u32>(address));
    devices_.write_configuration(function_, at + 8, static_cast<u32>(address >> 32));
    devices_.write_configuration(function_, at + 12, data);
    devices_.write_configuration(function_, at, address == 0 ? head & ~kMessagesAreOn : head | kMessagesAreOn);
}

u32 Edu::legacy_line() {
    constexpr u32 kByte = 0xff;
    return devices_.read_configuration(function_, kLine).answer<u32>() & kByte;
}

} // namespace tests::abi

#pragma clang unsafe_buffer_usage end
