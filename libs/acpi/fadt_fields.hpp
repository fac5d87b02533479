/// The FADT behind its header, in its longest form: [acpi] 5.2.9.
#pragma once

#include "libs/acpi/generic_address.hpp"
#include "libs/acpi/table.hpp"

namespace acpi {

struct [[gnu::packed]] FadtFields {
    base::u32 firmware_control;
    base::u32 dsdt;
    base::u8 reserved;
    base::u8 profile;
    base::u16 sci_interrupt;
    base::u32 smi_command;
    base::u8 acpi_enable;
    base::u8 acpi_disable;
    base::u8 s4_bios_request;
    base::u8 pstate_control;
    base::u32 pm1a_event;
    base::u32 pm1b_event;
    base::u32 pm1a_control;
    base::u32 pm1b_control;
    base::u32 pm2_control;
    base::u32 pm_timer;
    base::u32 gpe0;
    base::u32 gpe1;
    base::u8 pm1_event_length;
    base::u8 pm1_control_length;
    base::u8 pm2_control_length;
    base::u8 pm_timer_length;
    base::u8 gpe0_length;
    base::u8 gpe1_length;
    base::u8 gpe1_base;
    base::u8 cstate_control;
    std::array<base::u16, 4> latencies;
    base::u8 duty_offset;
    base::u8 duty_width;
    base::u8 day_alarm;
    base::u8 month_alarm;
    base::u8 century;
    base::u16 boot_architecture;
    base::u8 reserved_before_flags;
    base::u32 flags; ///< here ends ACPI 1.0
    RawGenericAddress reset_register;
    base::u8 reset_value;
    base::u16 arm_boot_architecture;
    base::u8 minor_revision;
    base::u64 extended_firmware_control;
    base::u64 extended_dsdt;
    RawGenericAddress extended_pm1a_event;
    RawGenericAddress extended_pm1b_event;
    RawGenericAddress extended_pm1a_control;
    RawGenericAddress extended_pm1b_control;
    RawGenericAddress extended_pm2_control;
    RawGenericAddress extended_pm_timer;
    RawGenericAddress extended_gpe0;
    RawGenericAddress extended_gpe1; ///< here ends ACPI 2.0
    RawGenericAddress sleep_control;
    RawGenericAddress sleep_status; ///< here ends ACPI 5.0
    base::u64 hypervisor;
};

/// [acpi] counts from the header.
static_assert(offsetof(FadtFields, boot_architecture) == 109 - sizeof(TableHeader));
static_assert(offsetof(FadtFields, reset_register) == 116 - sizeof(TableHeader));
static_assert(offsetof(FadtFields, extended_dsdt) == 140 - sizeof(TableHeader));
static_assert(offsetof(FadtFields, sleep_control) == 244 - sizeof(TableHeader));
static_assert(sizeof(FadtFields) == 276 - sizeof(TableHeader));

} // namespace acpi
