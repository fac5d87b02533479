/// Fixed ACPI Description Table: power registers, reset, what an old PC has that this machine may lack: [acpi] 5.2.9.
#pragma once

#include <optional>

#include "libs/acpi/fadt_fields.hpp"

namespace acpi {

/// Writing `enable` to `port` asks the firmware to hand the power registers over.
struct AcpiSwitch {
    base::u16 port = 0;
    base::u8 enable = 0;
    base::u8 disable = 0;
};

/// Writing `value` to `place` resets the machine.
struct ResetRegister {
    GenericAddress place;
    base::u8 value = 0;
};

/// [acpi] 5.2.9.3. The defaults are the PC of before ACPI 2.0, which could not say.
struct BootArchitecture {
    bool has_legacy_devices = true;
    bool has_8042 = true;
    bool no_vga = false;
    bool no_msi = false;
    bool no_cmos_clock = false;
};

/// A copy of the table; what its version lacks is absent.
class Fadt {
  public:
    static constexpr Signature kSignature{"FACP"};

    /// Corrupt if the table is shorter than in ACPI 1.0.
    static base::Result<Fadt> decode(const Table& table);

    /// No power registers of the PC; sleep_control() instead of pm1a_control().
    [[nodiscard]] bool is_hardware_reduced() const;

    /// Where the DSDT is; 0 is nowhere.
    [[nodiscard]] base::PhysicalAddress dsdt() const;

    /// GSI of the system control interrupt; level, active low unless MADT overrides it.
    [[nodiscard]] base::u16 sci_interrupt() const { return fields_.sci_interrupt; }

    /// None if the registers are ours already.
    [[nodiscard]] std::optional<AcpiSwitch> acpi_switch() const;

    [[nodiscard]] std::optional<GenericAddress> pm1a_event() const;
    [[nodiscard]] std::optional<GenericAddress> pm1b_event() const;
    [[nodiscard]] std::optional<GenericAddress> pm1a_control() const;
    [[nodiscard]] std::optional<GenericAddress> pm1b_control() const;
    [[nodiscard]] std::optional<GenericAddress> pm_timer() const;

    /// Whether the timer counts in 32 bits; else in 24.
    [[nodiscard]] bool pm_timer_has_32_bits() const;

    [[nodiscard]] std::optional<GenericAddress> sleep_control() const;
    [[nodiscard]] std::optional<GenericAddress> sleep_status() const;

    [[nodiscard]] std::optional<ResetRegister> reset() const;

    [[nodiscard]] BootArchitecture boot_architecture() const;

    /// Which register of the CMOS clock holds the century; 0 is none.
    [[nodiscard]] base::u8 century_register() const { return fields_.century; }

  private:
    Fadt(base::u8 revision, const FadtFields& fields) : revision_(revision), fields_(fields) {}

    [[nodiscard]] std::optional<GenericAddress> fixed_register(const RawGenericAddress& extended, base::u32 port,
                                                               base::u8 length) const;

    base::u8 revision_;
    FadtFields fields_;
};

} // namespace acpi
