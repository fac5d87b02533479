#include "kernel/interrupt/io_apics.hpp"

#include "kernel/core/log_line.hpp"

namespace kernel::interrupt {

using base::Error;
using base::Result;
using base::u32;
using base::u8;

namespace {

constexpr base::Bytes kRegisterBytes{0x20};

} // namespace

void IoApics::initialize(const platform::Platform& platform, memory::KernelSpace& space, u32 hardware_id) {
    lines_ = {platform.overrides(), platform.unmaskable()};
    unmaskable_ = platform.unmaskable();
    for (const acpi::IoApic& found : platform.io_apics()) {
        const auto registers = space.map_device(found.address, kRegisterBytes);
        if (!registers) {
            LOG_WARNING("I/O APIC {} at {} is left out: {}", found.id, found.address, abi::name(registers.error()));
            continue;
        }
        IoApic& controller = controllers_.at(count_);
        controller.open(Arch::Registers(*registers), found.first_gsi);
        ranges_.at(count_++) = controller.range();
        LOG_INFO("I/O APIC {}: {} pins from gsi {}", found.id, controller.range().count, found.first_gsi);
    }
    open_unmaskable(hardware_id);
}

void IoApics::open_unmaskable(u32 hardware_id) {
    for (const acpi::NmiSource& source : unmaskable_) {
        const auto place = apic::find_pin(ranges(), source.gsi);
        const auto mode = apic::resolve_mode(source.polarity, source.trigger, source.gsi < apic::LineMap::kIsaLines);
        const auto entry = apic::encode_unmaskable_pin(mode, hardware_id);
        if (!place || !entry) {
            LOG_WARNING("gsi {}, an NMI by the tables, leads nowhere", source.gsi);
            continue;
        }
        controllers_.at(place->controller).write(place->pin, *entry);
        LOG_INFO("gsi {} is an NMI", source.gsi);
    }
}

Result<Pin> IoApics::claim(u32 gsi) { return claim(gsi, lines_.mode_of(gsi)); }

Result<Pin> IoApics::claim(u32 gsi, apic::PinMode mode) {
    const auto place = apic::find_pin(ranges(), gsi);
    if (!place) {
        return Error::NotFound;
    }
    if (lines_.is_unmaskable(gsi)) {
        return Error::AccessDenied;
    }
    IoApic& controller = controllers_.at(place->controller);
    if (!controller.claim(place->pin)) {
        return Error::Busy;
    }
    return Pin(controller, place->pin, {.gsi = gsi, .isa = lines_.isa_of_gsi(gsi), .mode = mode});
}

Result<Pin> IoApics::claim_isa(u8 source) { return claim(TRY(lines_.gsi_of_isa(source))); }

} // namespace kernel::interrupt
