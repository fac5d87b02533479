#include "libs/apic/encode.hpp"

namespace apic {

using base::Error;
using base::Result;
using base::u32;
using base::u64;
using base::u8;

namespace {

constexpr u64 kMessageWindow = 0xfee00000;
constexpr unsigned kMessageTargetShift = 12;

Result<u8> narrow(u32 hardware_id) {
    if (hardware_id > kLargestTarget) {
        return Error::Unsupported;
    }
    return static_cast<u8>(hardware_id);
}

} // namespace

Result<PinEntry> encode_pin(PinMode mode, Target target) {
    return kClosedPin.with<RedirectionEntry::Vector>(target.vector)
        .with<RedirectionEntry::IsActiveLow>(mode.is_active_low)
        .with<RedirectionEntry::IsLevel>(mode.is_level)
        .with<RedirectionEntry::Destination>(TRY(narrow(target.hardware_id)));
}

Result<PinEntry> encode_unmaskable_pin(PinMode mode, u32 hardware_id) {
    return PinEntry{}
        .with<RedirectionEntry::Delivery>(DeliveryMode::NonMaskable)
        .with<RedirectionEntry::IsActiveLow>(mode.is_active_low)
        .with<RedirectionEntry::Destination>(TRY(narrow(hardware_id)));
}

Result<Message> encode_message(Target target) {
    return Message{.address = kMessageWindow | u64{TRY(narrow(target.hardware_id))} << kMessageTargetShift,
                   .data = target.vector};
}

} // namespace apic
