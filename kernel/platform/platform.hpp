/// What the machine is made of, as its firmware tables tell.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/types.hpp"
#include "base/units.hpp"
#include "kernel/platform/firmware_tables.hpp"
#include "libs/acpi/fadt.hpp"
#include "libs/acpi/generation_id.hpp"
#include "libs/acpi/madt.hpp"
#include "libs/acpi/mcfg.hpp"
#include "libs/acpi/sleep_type.hpp"
#include "libs/acpi/tables.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/cpu_set/cpu_set.hpp"
#include "libs/numa/node_table.hpp"
#include "libs/virtio_mmio/slot.hpp"

namespace kernel::platform {

/// The word of the command line that names a place for a virtio device, as often as there are such.
inline constexpr std::string_view kVirtioSlotOption = "virtio_mmio.device";

/// Copied: the tables themselves may be gone later. Without tables it says what the oldest machine would.
class Platform {
  public:
    static constexpr base::usize kMaximumIoApics = 16;
    static constexpr base::usize kMaximumOverrides = 32;
    static constexpr base::usize kMaximumUnmaskable = 8;
    static constexpr base::usize kMaximumPciSegments = 8;
    static constexpr base::usize kMaximumVirtioSlots = 32;

    /// Reads the tables that `info` leads to or that lie where firmware leaves them, through the memory as the door
    /// left it: ACPI's, else the MP table. What is damaged is named in the log and passed over.
    void read(const boot::BootInfo& info);

    /// Local APIC ids of the processors that can be used, at most CpuSet's; `first`, the one that runs, comes first.
    /// Those above `largest` cannot be reached and are left out.
    [[nodiscard]] std::span<const base::u32> processors(base::u32 first, base::u32 largest);

    [[nodiscard]] std::span<const acpi::IoApic> io_apics() const { return std::span(io_apics_).first(io_apic_count_); }

    [[nodiscard]] std::span<const acpi::InterruptOverride> overrides() const {
        return std::span(overrides_).first(override_count_);
    }

    /// Lines that are NMIs.
    [[nodiscard]] std::span<const acpi::NmiSource> unmaskable() const {
        return std::span(unmaskable_).first(unmaskable_count_);
    }

    /// Which memory and which processors are near each other.
    [[nodiscard]] const numa::NodeTable& nodes() const { return nodes_; }

    /// Where configuration space of PCI is in memory. On a machine that does not tell it may be a guess:
    /// PciConfiguration tries it.
    [[nodiscard]] std::span<const acpi::PciSegment> pci_segments() const {
        return std::span(pci_segments_).first(pci_segment_count_);
    }

    /// Where virtio devices may stand; VirtioDevices tells which do.
    [[nodiscard]] std::span<const virtio_mmio::Slot> virtio_slots() const {
        return std::span(virtio_slots_).first(virtio_slot_count_);
    }

    /// Registers of the HPET; none if there is none.
    [[nodiscard]] std::optional<base::PhysicalAddress> hpet() const { return hpet_; }

    [[nodiscard]] const std::optional<acpi::Fadt>& fadt() const { return fadt_; }

    [[nodiscard]] const std::optional<acpi::S5>& sleep_type() const { return sleep_type_; }

    /// The tables of ACPI; none if there is none.
    [[nodiscard]] const FirmwareTables& tables() const { return tables_; }

    /// Where the number stands that changes when the machine goes on from a copy; none if there is none.
    [[nodiscard]] std::optional<base::PhysicalAddress> generation_id() const { return generation_id_; }

    /// Whether there are two 8259 controllers, which must be silenced.
    [[nodiscard]] bool has_legacy_controllers() const { return has_legacy_controllers_; }

  private:
    void take(const acpi::LocalApic& processor);
    void take(const acpi::IoApic& controller);
    void take(const acpi::InterruptOverride& line);

    void take(const acpi::NmiSource& line);

    void take(const acpi::LocalApicNmi&) {}

    void take(const virtio_mmio::Slot& slot);

    /// Whether there are tables of the kind.
    bool read_acpi(const boot::PhysicalReader& memory, base::PhysicalAddress root);
    bool read_mp_table(const boot::PhysicalReader& memory);

    /// Everything that a cursor of MADT or of the MP table has.
    template <class Entries>
    void take_all(Entries entries);
    void read_nodes(const acpi::Tables& tables);
    void read_pci(const acpi::Tables& tables);
    void find_virtio_slots(std::string_view command_line);
    [[nodiscard]] bool is_microvm() const;

    std::array<base::u32, cpu_set::kMaximumCpus> processors_{};
    base::usize processor_count_ = 0;
    base::usize processors_lost_ = 0;
    std::array<acpi::IoApic, kMaximumIoApics> io_apics_{};
    base::usize io_apic_count_ = 0;
    std::array<acpi::InterruptOverride, kMaximumOverrides> overrides_{};
    base::usize override_count_ = 0;
    std::array<acpi::NmiSource, kMaximumUnmaskable> unmaskable_{};
    base::usize unmaskable_count_ = 0;
    numa::NodeTable nodes_;
    std::array<acpi::PciSegment, kMaximumPciSegments> pci_segments_{};
    base::usize pci_segment_count_ = 0;
    std::array<virtio_mmio::Slot, kMaximumVirtioSlots> virtio_slots_{};
    base::usize virtio_slot_count_ = 0;
    std::optional<base::PhysicalAddress> hpet_;
    std::optional<acpi::Fadt> fadt_;
    std::optional<acpi::S5> sleep_type_;
    std::optional<base::PhysicalAddress> generation_id_;
    FirmwareTables tables_;
    bool has_legacy_controllers_ = true;
};

} // namespace kernel::platform
