#include "kernel/platform/platform.hpp"

#include <algorithm>

#include "kernel/arch/current.hpp"
#include "kernel/core/log_line.hpp"
#include "libs/acpi/hpet.hpp"
#include "libs/boot/command_line.hpp"
#include "libs/mp_table/mp_table.hpp"

namespace kernel::platform {

using base::PhysicalAddress;
using base::u32;
using base::u64;

namespace {

/// QEMU's microvm says little by tables; these are its fixed places.
constexpr u64 kMicrovmReset = 0xfea00202;
constexpr acpi::PciSegment kMicrovmPci{
    .base = PhysicalAddress{0xe0000000}, .segment = 0, .first_bus = 0, .last_bus = 255};

base::Result<acpi::Tables> open_tables(const boot::PhysicalReader& memory, PhysicalAddress root) {
    return acpi::Tables::open(memory, root != PhysicalAddress{0} ? root : TRY(acpi::find_root(memory)));
}

void report_damage(const acpi::Tables& tables) {
    for (base::usize index = 0; index < tables.count(); ++index) {
        const acpi::TableListing listing = tables.listing(index);
        if (!listing.state) {
            LOG_WARNING("acpi: table {} at {} is damaged: {}", listing.signature.text(), listing.address,
                        abi::name(listing.state.error()));
        }
    }
}

std::optional<acpi::S5> find_sleep_type(const acpi::Tables& tables, const acpi::Fadt& fadt) {
    const auto dsdt = tables.read(fadt.dsdt());
    const auto found = dsdt ? acpi::sleep_type_s5(dsdt->bytes()) : base::Result<acpi::S5>{dsdt.error()};
    return found ? std::optional(*found) : std::nullopt;
}

/// In the DSDT, or in one of the SSDTs.
std::optional<PhysicalAddress> find_generation_id(const acpi::Tables& tables, const std::optional<acpi::Fadt>& fadt) {
    const auto look_in = [](const base::Result<acpi::Table>& table) {
        return table ? acpi::generation_id_address(table->bytes()) : base::Result<PhysicalAddress>{table.error()};
    };
    if (fadt) {
        if (const auto found = look_in(tables.read(fadt->dsdt()))) {
            return *found;
        }
    }
    for (base::usize instance = 0; instance < tables.count(); ++instance) {
        if (const auto found = look_in(tables.find(acpi::Signature{"SSDT"}, instance))) {
            return *found;
        }
    }
    return std::nullopt;
}

} // namespace

void Platform::read(const boot::BootInfo& info) {
    const auto& memory = Arch::boot_memory();
    std::string_view source = "acpi";
    if (!read_acpi(memory, info.acpi_root)) {
        source = read_mp_table(memory) ? "mp table" : "no tables";
    }
    find_virtio_slots(info.command_line());
    LOG_INFO("{}: {} processors, {} I/O APICs, {} nodes, {} PCI segments", source, processor_count_, io_apic_count_,
             nodes_.count(), pci_segment_count_);
    if (processors_lost_ != 0) {
        LOG_WARNING("{} processors are left out; {} is the most", processors_lost_, processors_.size());
    }
}

bool Platform::read_acpi(const boot::PhysicalReader& memory, PhysicalAddress root) {
    const auto tables = open_tables(memory, root);
    if (!tables) {
        LOG_INFO("acpi: no tables ({})", abi::name(tables.error()));
        return false;
    }
    report_damage(*tables);
    if (const auto madt = tables->decode<acpi::Madt>()) {
        has_legacy_controllers_ = madt->is_pc_at_compatible();
        take_all(madt->entries());
    }
    if (const auto hpet = tables->decode<acpi::Hpet>()) {
        hpet_ = hpet->address;
    }
    if (const auto fadt = tables->decode<acpi::Fadt>()) {
        sleep_type_ = find_sleep_type(*tables, *fadt);
        fadt_ = *fadt;
    }
    generation_id_ = find_generation_id(*tables, fadt_);
    tables_.note(*tables, fadt_ ? fadt_->dsdt() : PhysicalAddress{0});
    read_nodes(*tables);
    read_pci(*tables);
    LOG_INFO("acpi: {} tables", tables->count());
    return true;
}

bool Platform::read_mp_table(const boot::PhysicalReader& memory) {
    const auto pointer = mp_table::find_pointer(memory);
    if (!pointer) {
        return false;
    }
    const auto table = mp_table::MpTable::open(memory, *pointer);
    if (!table) {
        LOG_WARNING("the MP table at {} is damaged: {}", *pointer, abi::name(table.error()));
        return false;
    }
    take_all(table->entries());
    return true;
}

template <class Entries>
void Platform::take_all(Entries entries) {
    for (bool more = true; more;) {
        const auto next = entries.next();
        if (!next) {
            LOG_WARNING("the list of processors and interrupt controllers is damaged; what came before counts");
            break;
        }
        const auto& entry = *next;
        more = entry.has_value();
        if (entry) {
            std::visit([this](const auto& found) { this->take(found); }, *entry);
        }
    }
}

void Platform::read_nodes(const acpi::Tables& tables) {
    const auto srat = tables.decode<acpi::Srat>();
    if (!srat) {
        return;
    }
    nodes_.read(*srat);
    if (const auto slit = tables.decode<acpi::Slit>()) {
        nodes_.read(*slit);
    }
    if (const auto hmat = tables.decode<acpi::Hmat>()) {
        nodes_.read(*hmat);
    }
    if (nodes_.lost() != 0) {
        LOG_WARNING("acpi: {} entries of the memory nodes are damaged or too many", nodes_.lost());
    }
    for (const numa::NodeMemory& range : nodes_.memory()) {
        LOG_DEBUG("node {}: {} bytes from {}{}{}", range.node, range.size, range.start,
                  range.is_hot_pluggable ? ", hot pluggable" : "", range.is_non_volatile ? ", non-volatile" : "");
    }
    for (u32 to = 0; to < nodes_.count(); ++to) {
        LOG_DEBUG("node {} is domain {}, {} from node 0, {} ps, {} MB/s", to, nodes_.domain_of(to),
                  nodes_.distance(0, to), nodes_.latency(0, to).value_or(0), nodes_.bandwidth(0, to).value_or(0));
    }
}

void Platform::read_pci(const acpi::Tables& tables) {
    const auto mcfg = tables.decode<acpi::Mcfg>();
    if (!mcfg) {
        if (is_microvm()) {
            pci_segments_.at(pci_segment_count_++) = kMicrovmPci;
        }
        return;
    }
    acpi::McfgSegments segments = mcfg->segments();
    while (pci_segment_count_ < pci_segments_.size()) {
        const auto next = segments.next();
        if (!next) {
            LOG_WARNING("acpi: a PCI segment is damaged");
            continue;
        }
        const auto& segment = *next;
        if (!segment) {
            break;
        }
        pci_segments_.at(pci_segment_count_++) = *segment;
    }
}

bool Platform::is_microvm() const {
    const auto reset = fadt_ ? fadt_->reset() : std::nullopt;
    return reset && reset->place.space == acpi::AddressSpace::Memory && reset->place.address == kMicrovmReset;
}

void Platform::find_virtio_slots(std::string_view command_line) {
    if (is_microvm()) {
        const virtio_mmio::MicrovmSlots known(io_apic_count_ > 1);
        std::ranges::for_each(known.all(), [this](const virtio_mmio::Slot& slot) { take(slot); });
    }
    boot::CommandLine words(command_line);
    boot::Option word;
    while (words.next(word)) {
        const auto slot = word.name == kVirtioSlotOption ? virtio_mmio::parse_slot(word.value) : base::Error::NotFound;
        if (slot) {
            take(*slot);
        }
    }
}

void Platform::take(const virtio_mmio::Slot& slot) {
    if (virtio_slot_count_ < virtio_slots_.size()) {
        virtio_slots_.at(virtio_slot_count_++) = slot;
    }
}

void Platform::take(const acpi::NmiSource& line) {
    if (unmaskable_count_ < unmaskable_.size()) {
        unmaskable_.at(unmaskable_count_++) = line;
    }
}

void Platform::take(const acpi::LocalApic& processor) {
    const auto known = std::span(processors_).first(processor_count_);
    if (!processor.enabled || std::ranges::contains(known, processor.apic_id)) {
        return;
    }
    if (processor_count_ == processors_.size()) {
        ++processors_lost_;
        return;
    }
    processors_.at(processor_count_++) = processor.apic_id;
}

void Platform::take(const acpi::IoApic& controller) {
    if (io_apic_count_ < io_apics_.size()) {
        io_apics_.at(io_apic_count_++) = controller;
    }
}

void Platform::take(const acpi::InterruptOverride& line) {
    if (override_count_ < overrides_.size()) {
        overrides_.at(override_count_++) = line;
    }
}

std::span<const u32> Platform::processors(u32 first, u32 largest) {
    auto known = std::span(processors_).first(processor_count_);
    const auto beyond = std::ranges::remove_if(known, [largest](u32 id) { return id > largest; });
    if (!beyond.empty()) {
        LOG_WARNING("{} processors with ids above {} are left out: this machine has no x2APIC", beyond.size(), largest);
    }
    processor_count_ -= beyond.size();
    known = known.first(processor_count_);
    const auto at = std::ranges::find(known, first);
    if (at != known.end()) {
        std::iter_swap(known.begin(), at);
        return known;
    }
    // The tables do not know the processor that runs, or there are none: it is the only one we can trust.
    processors_.at(0) = first;
    processor_count_ = 1;
    return std::span(processors_).first(1);
}

} // namespace kernel::platform
