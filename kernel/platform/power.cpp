#include "kernel/platform/power.hpp"

#include "kernel/arch/current.hpp"

namespace kernel::platform {

namespace {

using base::u16;
using base::u8;

// [acpi] 4.8.3.2.1 and 4.8.3.7: the bits of PM1 control, and of the sleep control register.
constexpr u16 kControlled = 1;
constexpr unsigned kSleepTypeShift = 10;
constexpr u16 kSleepTypeMask = 7 << kSleepTypeShift;
constexpr u16 kSleepEnable = 1 << 13;
constexpr unsigned kReducedTypeShift = 2;
constexpr u8 kReducedEnable = 1 << 5;

constexpr u16 kResetControl = 0xcf9;
constexpr u8 kSystemReset = 0x02;
constexpr u8 kFullReset = 0x06;
constexpr u16 kKeyboardCommand = 0x64;
constexpr u8 kKeyboardReset = 0xfe;

constexpr int kPatience = 100'000;

void write_byte(const acpi::GenericAddress& place, u8 value, memory::KernelSpace& space) {
    if (const auto port = place.port()) {
        Arch::out8(*port, value);
        return;
    }
    if (place.space != acpi::AddressSpace::Memory) {
        return;
    }
    if (const auto address = space.map_device(base::PhysicalAddress{place.address}, base::Bytes{1})) {
        Arch::write_register8(*address, value);
    }
}

/// The power registers belong to the firmware until they are asked for.
void take_control(const acpi::Fadt& fadt, u16 port) {
    const auto handover = fadt.acpi_switch();
    if (!handover || (Arch::in16(port) & kControlled) != 0) {
        return;
    }
    Arch::out8(handover->port, handover->enable);
    for (int attempt = 0; attempt < kPatience && (Arch::in16(port) & kControlled) == 0; ++attempt) {
    }
}

void sleep_by(const std::optional<acpi::GenericAddress>& control, u8 type) {
    if (!control) {
        return;
    }
    if (const auto port = control->port()) {
        const auto kept = static_cast<u16>(Arch::in16(*port) & ~kSleepTypeMask);
        Arch::out16(*port, static_cast<u16>(kept | type << kSleepTypeShift | kSleepEnable));
    }
}

} // namespace

void power_off(const Platform& platform, memory::KernelSpace& space) {
    const auto& fadt = platform.fadt();
    const auto& type = platform.sleep_type();
    if (!fadt || !type) {
        return;
    }
    if (const auto control = fadt->sleep_control(); control && fadt->is_hardware_reduced()) {
        write_byte(*control, static_cast<u8>(type->type_a << kReducedTypeShift | kReducedEnable), space);
        return;
    }
    if (const auto control = fadt->pm1a_control()) {
        if (const auto port = control->port()) {
            take_control(*fadt, *port);
        }
        sleep_by(control, type->type_a);
    }
    sleep_by(fadt->pm1b_control(), type->type_b);
}

void reset(const Platform& platform, memory::KernelSpace& space) {
    if (const auto& fadt = platform.fadt()) {
        if (const auto by_table = fadt->reset()) {
            write_byte(by_table->place, by_table->value, space);
        }
    }
    Arch::out8(kResetControl, kSystemReset);
    Arch::out8(kResetControl, kFullReset);
    Arch::out8(kKeyboardCommand, kKeyboardReset);
    Arch::fault_to_reset();
}

} // namespace kernel::platform
