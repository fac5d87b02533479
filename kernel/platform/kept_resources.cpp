#include "kernel/platform/kept_resources.hpp"

#include <algorithm>

#include "kernel/arch/current.hpp"

namespace kernel::platform {

using base::Bytes;
using base::PhysicalAddress;
using base::u16;
using base::u32;

namespace {

constexpr std::array kPorts{
    PortSpan{0x20, 2},  // interrupt controllers, [i8259]
    PortSpan{0xa0, 2},  //
    PortSpan{0x4d0, 2}, // which of their pins are levels
    PortSpan{0x40, 4},  // interval timer, [i8254]
    PortSpan{0x61, 1},  // its gate, and why an NMI came
    PortSpan{0x70, 2},  // clock, and whether NMIs come
    PortSpan{0xcf8, 8}, // configuration space and reset, [pci] 3.2.2.3.2
    PortSpan{0x3f8, 8}, // console
    PortSpan{0xe9, 1},  // the emulator's console
};

/// QEMU's isa-debug-exit takes as many.
constexpr u32 kExitPorts = 4;

constexpr Bytes kPage{base::kPageSize};

/// Where writing is an interrupt, or a register of the processor's own controller: [intel/vol3] 11.4.1, 11.11.
constexpr PhysicalAddress kMessages{0xfee0'0000};
constexpr Bytes kMessageBytes{1 << 20};

bool holds(const std::optional<acpi::GenericAddress>& place, PortSpan ports) {
    if (!place) {
        return false;
    }
    const auto port = place->port();
    return port && ports.overlaps({*port, std::max<u32>(1, place->bit_width / 8)});
}

/// Through these the machine is switched off and reset, which takes Delete.
bool is_any_of_power(const acpi::Fadt& fadt, PortSpan ports) {
    const auto handover = fadt.acpi_switch();
    const auto reset = fadt.reset();
    return holds(fadt.pm1a_control(), ports) || holds(fadt.pm1b_control(), ports) ||
           holds(fadt.sleep_control(), ports) || holds(fadt.sleep_status(), ports) ||
           (handover && ports.overlaps({handover->port, 1})) || (reset && holds(reset->place, ports));
}

struct Range {
    PhysicalAddress start;
    Bytes size;

    [[nodiscard]] bool overlaps(PhysicalAddress other, Bytes other_size) const {
        return start < other + other_size && other < start + size;
    }
};

Range page_of(PhysicalAddress address) { return {address.align_down(kPage), kPage}; }

bool is_any_of_image(const boot::BootInfo& info, Range wanted) {
    const PhysicalAddress start = Arch::image_start();
    return wanted.overlaps(start, Arch::image_end() - start) ||
           std::ranges::any_of(info.modules(),
                               [&](const boot::Module& module) { return wanted.overlaps(module.start, module.size); });
}

bool is_any_memory(const boot::MemoryMap& map, Range wanted) {
    return std::ranges::any_of(map.ranges(), [&](const boot::MemoryRange& range) {
        const bool is_ours = range.type == boot::MemoryType::Usable || range.type == boot::MemoryType::AcpiReclaimable;
        return is_ours && wanted.overlaps(range.start, range.size);
    });
}

bool is_any_register(const Platform& platform, Range wanted) {
    const auto is_in = [&](PhysicalAddress registers) {
        const Range page = page_of(registers);
        return wanted.overlaps(page.start, page.size);
    };
    const auto& fadt = platform.fadt();
    const auto reset = fadt ? fadt->reset() : std::nullopt;
    const auto hpet = platform.hpet();
    const auto generation = platform.generation_id();
    const bool is_reset =
        reset && reset->place.space == acpi::AddressSpace::Memory && is_in(PhysicalAddress{reset->place.address});
    return is_reset || std::ranges::any_of(platform.io_apics(), is_in, &acpi::IoApic::address) ||
           (hpet && is_in(*hpet)) || (generation && is_in(*generation)) || wanted.overlaps(kMessages, kMessageBytes);
}

} // namespace

bool keeps_any_port(const Platform& platform, u16 debug_exit, PortSpan ports) {
    const auto& fadt = platform.fadt();
    return std::ranges::any_of(kPorts, [ports](PortSpan kept) { return kept.overlaps(ports); }) ||
           (debug_exit != 0 && ports.overlaps({debug_exit, kExitPorts})) || (fadt && is_any_of_power(*fadt, ports));
}

bool keeps_any_memory(const Platform& platform, const boot::BootInfo& info, PhysicalAddress start, Bytes size) {
    const Range wanted{start, size};
    return is_any_memory(info.memory, wanted) || is_any_of_image(info, wanted) || is_any_register(platform, wanted);
}

} // namespace kernel::platform
