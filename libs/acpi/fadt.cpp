#include "libs/acpi/fadt.hpp"

#include "libs/acpi/plain_bytes.hpp"

namespace acpi {

using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u16;
using base::u32;
using base::u8;
using base::usize;

namespace {

/// Where versions of the table end: ACPI 1.0, 1.0 with reset, 2.0 without extensions, 2.0, 5.0, 6.0.
constexpr std::array<usize, 6> kLengths{116, 129, 132, 244, 268, 276};

/// [acpi] 5.2.9, fixed feature flags.
constexpr unsigned kTimer32BitsBit = 8;
constexpr unsigned kResetBit = 10;
constexpr unsigned kHardwareReducedBit = 20;

/// [acpi] 5.2.9.3.
constexpr unsigned kLegacyDevicesBit = 0;
constexpr unsigned k8042Bit = 1;
constexpr unsigned kNoVgaBit = 2;
constexpr unsigned kNoMsiBit = 3;
constexpr unsigned kNoCmosClockBit = 5;

/// The first versions of the table that have these fields.
constexpr u8 kBootArchitectureRevision = 2;
constexpr u8 kHardwareReducedRevision = 5;

std::optional<GenericAddress> unless_zero(const RawGenericAddress& raw) {
    if (raw.address == 0) {
        return std::nullopt;
    }
    return raw.decode();
}

} // namespace

Result<Fadt> Fadt::decode(const Table& table) {
    const auto body = TRY(table.body_of(kSignature));
    usize known = 0;
    for (const usize length : kLengths) {
        // A length between versions ends in the midst of a field.
        known = table.bytes().size() >= length ? length : known;
    }
    if (known == 0) {
        return Error::Corrupt;
    }
    FadtFields fields{};
    std::memcpy(&fields, body.data(), known - sizeof(TableHeader));
    return Fadt(table.revision(), fields);
}

bool Fadt::is_hardware_reduced() const {
    return revision_ >= kHardwareReducedRevision && has_bit(fields_.flags, kHardwareReducedBit);
}

PhysicalAddress Fadt::dsdt() const {
    return PhysicalAddress{fields_.extended_dsdt != 0 ? fields_.extended_dsdt : fields_.dsdt};
}

std::optional<AcpiSwitch> Fadt::acpi_switch() const {
    const u32 port = fields_.smi_command;
    if (is_hardware_reduced() || port == 0 || port > std::numeric_limits<u16>::max() || fields_.acpi_enable == 0) {
        return std::nullopt;
    }
    return AcpiSwitch{.port = static_cast<u16>(port), .enable = fields_.acpi_enable, .disable = fields_.acpi_disable};
}

/// The extended description counts where there is one, [acpi] 5.2.9.
std::optional<GenericAddress> Fadt::fixed_register(const RawGenericAddress& extended, u32 port, u8 length) const {
    if (is_hardware_reduced()) {
        return std::nullopt;
    }
    if (const auto place = unless_zero(extended)) {
        return place;
    }
    if (port == 0) {
        return std::nullopt;
    }
    return GenericAddress{.space = AddressSpace::Port,
                          .bit_width = static_cast<u16>(length * 8),
                          .bit_offset = 0,
                          .access_size = 0,
                          .address = port};
}

std::optional<GenericAddress> Fadt::pm1a_event() const {
    return fixed_register(fields_.extended_pm1a_event, fields_.pm1a_event, fields_.pm1_event_length);
}

std::optional<GenericAddress> Fadt::pm1b_event() const {
    return fixed_register(fields_.extended_pm1b_event, fields_.pm1b_event, fields_.pm1_event_length);
}

std::optional<GenericAddress> Fadt::pm1a_control() const {
    return fixed_register(fields_.extended_pm1a_control, fields_.pm1a_control, fields_.pm1_control_length);
}

std::optional<GenericAddress> Fadt::pm1b_control() const {
    return fixed_register(fields_.extended_pm1b_control, fields_.pm1b_control, fields_.pm1_control_length);
}

std::optional<GenericAddress> Fadt::pm_timer() const {
    return fixed_register(fields_.extended_pm_timer, fields_.pm_timer, fields_.pm_timer_length);
}

bool Fadt::pm_timer_has_32_bits() const { return has_bit(fields_.flags, kTimer32BitsBit); }

std::optional<GenericAddress> Fadt::sleep_control() const { return unless_zero(fields_.sleep_control); }

std::optional<GenericAddress> Fadt::sleep_status() const { return unless_zero(fields_.sleep_status); }

std::optional<ResetRegister> Fadt::reset() const {
    const auto place = unless_zero(fields_.reset_register);
    if (!place || !has_bit(fields_.flags, kResetBit)) {
        return std::nullopt;
    }
    return ResetRegister{.place = *place, .value = fields_.reset_value};
}

BootArchitecture Fadt::boot_architecture() const {
    if (revision_ < kBootArchitectureRevision) {
        return {};
    }
    const u16 flags = fields_.boot_architecture;
    return {.has_legacy_devices = has_bit(flags, kLegacyDevicesBit),
            .has_8042 = has_bit(flags, k8042Bit),
            .no_vga = has_bit(flags, kNoVgaBit),
            .no_msi = has_bit(flags, kNoMsiBit),
            .no_cmos_clock = has_bit(flags, kNoCmosClockBit)};
}

} // namespace acpi
