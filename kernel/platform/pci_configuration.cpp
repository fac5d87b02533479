#include "kernel/platform/pci_configuration.hpp"

#include <algorithm>

#include "kernel/core/log_line.hpp"

namespace kernel::platform {

using base::Error;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;

namespace {

// [pci] 3.2.2.3.2.
constexpr u16 kAddressPort = 0xcf8;
constexpr u16 kDataPort = 0xcfc;

bool has_ports() {
    constexpr u32 kEnabled = 1U << 31;
    Arch::out32(kAddressPort, kEnabled);
    return Arch::in32(kAddressPort) == kEnabled;
}

u64 place_of(pci::Function where, u32 offset) { return pci::offset_in_bus(where).value() + offset; }

} // namespace

void PciConfiguration::initialize(const Platform& platform, memory::KernelSpace& space) {
    const auto segments = platform.pci_segments();
    const auto first = std::ranges::find(segments, 0, &acpi::PciSegment::segment);
    const Way way = access_.with([&](Access& access) {
        access.space = &space;
        if (first != segments.end()) {
            access.way = Way::Window;
            access.segment = *first;
            // The window may be a guess: a host bridge answers, or nobody. QEMU reads 0 where it has nothing.
            const u32 bridge = read_by(access, {.bus = first->first_bus}, pci::kIdentity).value_or(pci::kNobody);
            access.way = bridge != pci::kNobody && bridge != 0 ? Way::Window : Way::None;
        }
        if (access.way == Way::None && has_ports()) {
            access.way = Way::Ports;
        }
        return access.way;
    });
    LOG_INFO("pci: {}", way == Way::Window ? "through memory" : way == Way::Ports ? "through ports" : "none");
}

Result<Arch::Registers> PciConfiguration::Access::map(u8 bus) {
    const auto known = std::span(buses).first(bus_count);
    if (const auto found = std::ranges::find(known, bus, &Bus::number); found != known.end()) {
        return found->registers;
    }
    if (bus < segment.first_bus || bus > segment.last_bus) {
        return Error::NotFound;
    }
    if (bus_count == buses.size()) {
        return Error::NoMemory;
    }
    const auto place = TRY(space->map_device(segment.base + pci::kBusBytes * bus, pci::kBusBytes));
    buses.at(bus_count++) = {.number = bus, .registers = Arch::Registers(place)};
    return Arch::Registers(place);
}

Result<u32> PciConfiguration::read_by(Access& access, pci::Function where, u32 offset) {
    switch (access.way) {
    case Way::Window: return TRY(access.map(where.bus)).read32(place_of(where, offset));
    case Way::Ports: Arch::out32(kAddressPort, pci::port_address(where, offset)); return Arch::in32(kDataPort);
    case Way::None: break;
    }
    return Error::NotFound;
}

Result<u32> PciConfiguration::read(pci::Function where, u32 offset) {
    return access_.with([where, offset](Access& access) { return read_by(access, where, offset); });
}

Result<void> PciConfiguration::write(pci::Function where, u32 offset, u32 value) {
    return access_.with([where, offset, value](Access& access) -> Result<void> {
        switch (access.way) {
        case Way::Window: TRY(access.map(where.bus)).write32(place_of(where, offset), value); return {};
        case Way::Ports:
            Arch::out32(kAddressPort, pci::port_address(where, offset));
            Arch::out32(kDataPort, value);
            return {};
        case Way::None: break;
        }
        return Error::NotFound;
    });
}

} // namespace kernel::platform
