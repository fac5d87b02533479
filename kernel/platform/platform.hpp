/// What the machine is made of, as its firmware tables tell.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/acpi/fadt.hpp"
#include "libs/acpi/madt.hpp"
#include "libs/acpi/sleep_type.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/cpu_set/cpu_set.hpp"

namespace kernel::platform {

/// Copied: the tables themselves may be gone later. Without tables it says what the oldest machine would.
class Platform {
  public:
    static constexpr base::usize kMaximumIoApics = 16;
    static constexpr base::usize kMaximumOverrides = 32;

    /// Reads the tables that `info` leads to or that lie where firmware leaves them, through the memory as the door
    /// left it. What is damaged is named in the log and passed over.
    void read(const boot::BootInfo& info);

    /// Local APIC ids of the processors that can be used, at most CpuSet's; `first`, the one that runs, comes first.
    /// Those above `largest` cannot be reached and are left out.
    [[nodiscard]] std::span<const base::u32> processors(base::u32 first, base::u32 largest);

    [[nodiscard]] std::span<const acpi::IoApic> io_apics() const { return std::span(io_apics_).first(io_apic_count_); }

    [[nodiscard]] std::span<const acpi::InterruptOverride> overrides() const {
        return std::span(overrides_).first(override_count_);
    }

    /// Registers of the HPET; none if there is none.
    [[nodiscard]] std::optional<base::PhysicalAddress> hpet() const { return hpet_; }

    [[nodiscard]] const std::optional<acpi::Fadt>& fadt() const { return fadt_; }

    [[nodiscard]] const std::optional<acpi::S5>& sleep_type() const { return sleep_type_; }

    /// Whether there are two 8259 controllers, which must be silenced.
    [[nodiscard]] bool has_legacy_controllers() const { return has_legacy_controllers_; }

  private:
    void take(const acpi::LocalApic& processor);
    void take(const acpi::IoApic& controller);
    void take(const acpi::InterruptOverride& line);

    void take(const acpi::NmiSource&) {}

    void take(const acpi::LocalApicNmi&) {}

    void read_madt(const acpi::Madt& madt);

    std::array<base::u32, cpu_set::kMaximumCpus> processors_{};
    base::usize processor_count_ = 0;
    base::usize processors_lost_ = 0;
    std::array<acpi::IoApic, kMaximumIoApics> io_apics_{};
    base::usize io_apic_count_ = 0;
    std::array<acpi::InterruptOverride, kMaximumOverrides> overrides_{};
    base::usize override_count_ = 0;
    std::optional<base::PhysicalAddress> hpet_;
    std::optional<acpi::Fadt> fadt_;
    std::optional<acpi::S5> sleep_type_;
    bool has_legacy_controllers_ = true;
};

} // namespace kernel::platform
