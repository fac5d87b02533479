#include "kernel/interrupt/io_apic.hpp"

#include <algorithm>

namespace kernel::interrupt {

using apic::PinEntry;
using apic::RedirectionEntry;
using base::u32;
using base::u64;

namespace {

// The window, [82093aa] 3.1.
constexpr u64 kSelect = 0x00;
constexpr u64 kData = 0x10;

// Registers behind it, [82093aa] 3.2.
constexpr u32 kVersion = 1;
constexpr u32 kFirstEntry = 0x10;

constexpr u32 entry_of(u32 pin) { return kFirstEntry + 2 * pin; }

} // namespace

u32 IoApic::Window::read(u32 number) const {
    registers.write32(kSelect, number);
    return registers.read32(kData);
}

void IoApic::Window::write(u32 number, u32 value) const {
    registers.write32(kSelect, number);
    registers.write32(kData, value);
}

PinEntry IoApic::Window::read_entry(u32 pin) const {
    const u64 high = read(entry_of(pin) + 1);
    return PinEntry(high << 32 | read(entry_of(pin)));
}

void IoApic::Window::write_entry(u32 pin, PinEntry entry) const {
    // Closed in between: half an entry must send nothing.
    write(entry_of(pin), static_cast<u32>(apic::kClosedPin.raw()));
    write(entry_of(pin) + 1, static_cast<u32>(entry.raw() >> 32));
    write(entry_of(pin), static_cast<u32>(entry.raw()));
}

void IoApic::open(Arch::Registers registers, u32 first_gsi) {
    first_gsi_ = first_gsi;
    pins_ = window_.with([registers](Window& window) {
        window.registers = registers;
        const u32 pins = std::min(kMaximumPins, (window.read(kVersion) >> 16 & 0xff) + 1);
        for (u32 pin = 0; pin < pins; ++pin) {
            window.write_entry(pin, apic::kClosedPin);
        }
        return pins;
    });
}

bool IoApic::claim(u32 pin) {
    return window_.with([pin](Window& window) { return !std::exchange(window.is_claimed.at(pin), true); });
}

void IoApic::release(u32 pin) {
    window_.with([pin](Window& window) {
        window.write_entry(pin, apic::kClosedPin);
        window.is_claimed.at(pin) = false;
    });
}

// While it is closed the pin is one by edge, and so forgets a level in service: [82093aa] 3.2.4 has no other way, and
// the end of the interrupt would not find the pin under its new vector.
void IoApic::write(u32 pin, PinEntry entry) {
    window_.with([pin, entry](Window& window) { window.write_entry(pin, entry); });
}

void IoApic::set_masked(u32 pin, bool is_masked) {
    window_.with([pin, is_masked](Window& window) {
        const PinEntry entry = window.read_entry(pin);
        window.write(entry_of(pin), static_cast<u32>(entry.with<RedirectionEntry::IsMasked>(is_masked).raw()));
        // Reading back flushes the write: whoever masked a pin may rely on it.
        static_cast<void>(window.read(entry_of(pin)));
    });
}

} // namespace kernel::interrupt
