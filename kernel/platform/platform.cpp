#include "kernel/platform/platform.hpp"

#include <algorithm>

#include "kernel/arch/current.hpp"
#include "kernel/core/log_line.hpp"
#include "libs/acpi/hpet.hpp"
#include "libs/acpi/tables.hpp"

namespace kernel::platform {

using base::PhysicalAddress;
using base::u32;

namespace {

base::Result<acpi::Tables> open_tables(const boot::PhysicalReader& memory, const boot::BootInfo& info) {
    const PhysicalAddress root = info.acpi_root != PhysicalAddress{0} ? info.acpi_root : TRY(acpi::find_root(memory));
    return acpi::Tables::open(memory, root);
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

} // namespace

void Platform::read(const boot::BootInfo& info) {
    const auto& memory = Arch::boot_memory();
    const auto tables = open_tables(memory, info);
    if (!tables) {
        LOG_INFO("acpi: no tables ({})", abi::name(tables.error()));
        return;
    }
    report_damage(*tables);
    if (const auto madt = tables->decode<acpi::Madt>()) {
        read_madt(*madt);
    }
    if (const auto hpet = tables->decode<acpi::Hpet>()) {
        hpet_ = hpet->address;
    }
    if (const auto fadt = tables->decode<acpi::Fadt>()) {
        sleep_type_ = find_sleep_type(*tables, *fadt);
        fadt_ = *fadt;
    }
    LOG_INFO("acpi: {} tables, {} processors, {} I/O APICs", tables->count(), processor_count_, io_apic_count_);
}

void Platform::read_madt(const acpi::Madt& madt) {
    has_legacy_controllers_ = madt.is_pc_at_compatible();
    acpi::MadtEntries entries = madt.entries();
    for (bool more = true; more;) {
        const auto next = entries.next();
        if (!next) {
            LOG_WARNING("acpi: the list of processors and interrupt controllers is damaged; what came before counts");
            break;
        }
        const std::optional<acpi::MadtEntry>& entry = *next;
        more = entry.has_value();
        if (entry) {
            std::visit([this](const auto& found) { take(found); }, *entry);
        }
    }
    if (processors_lost_ != 0) {
        LOG_WARNING("acpi: {} processors are left out; {} is the most", processors_lost_, processors_.size());
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
