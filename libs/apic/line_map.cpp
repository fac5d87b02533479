#include "libs/apic/line_map.hpp"

#include <algorithm>

namespace apic {

using base::u32;
using base::u8;
using base::usize;

std::optional<PinPlace> find_pin(std::span<const PinRange> controllers, u32 gsi) {
    for (usize index = 0; index < controllers.size(); ++index) {
        const PinRange& range = controllers[index];
        if (gsi >= range.first_gsi && gsi - range.first_gsi < range.count) {
            return PinPlace{.controller = index, .pin = gsi - range.first_gsi};
        }
    }
    return std::nullopt;
}

const acpi::InterruptOverride* LineMap::override_at(u32 gsi) const {
    const auto found = std::ranges::find(overrides_, gsi, &acpi::InterruptOverride::gsi);
    return found == overrides_.end() ? nullptr : &*found;
}

base::Result<u32> LineMap::gsi_of_isa(u8 source) const {
    const auto found = std::ranges::find(overrides_, source, &acpi::InterruptOverride::source);
    if (found != overrides_.end()) {
        return found->gsi;
    }
    if (source >= kIsaLines || override_at(source) != nullptr) {
        return base::Error::NotFound;
    }
    return u32{source};
}

std::optional<u8> LineMap::isa_of_gsi(u32 gsi) const {
    if (const auto* const found = override_at(gsi); found != nullptr) {
        return found->source;
    }
    const bool is_moved = std::ranges::contains(overrides_, gsi, &acpi::InterruptOverride::source);
    return gsi < kIsaLines && !is_moved ? std::optional(static_cast<u8>(gsi)) : std::nullopt;
}

PinMode LineMap::mode_of(u32 gsi) const {
    if (const auto* const found = override_at(gsi); found != nullptr) {
        return resolve_mode(found->polarity, found->trigger, true);
    }
    return resolve_mode(acpi::Polarity::OfBus, acpi::Trigger::OfBus, gsi < kIsaLines);
}

bool LineMap::is_unmaskable(u32 gsi) const { return std::ranges::contains(unmaskable_, gsi, &acpi::NmiSource::gsi); }

PinMode resolve_mode(acpi::Polarity polarity, acpi::Trigger trigger, bool is_isa) {
    return {.is_active_low = polarity == acpi::Polarity::OfBus ? !is_isa : polarity == acpi::Polarity::ActiveLow,
            .is_level = trigger == acpi::Trigger::OfBus ? !is_isa : trigger == acpi::Trigger::Level};
}

} // namespace apic
