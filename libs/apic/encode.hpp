/// What is written into an I/O APIC or a device so that its interrupt reaches one processor.
#pragma once

#include "base/bit_field.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

namespace apic {

/// Who takes an interrupt.
struct Target {
    base::u32 hardware_id = 0; ///< of the processor's local APIC
    base::u8 vector = 0;
};

/// How a pin signals.
struct PinMode {
    bool is_active_low = false;
    bool is_level = false;

    friend constexpr bool operator==(const PinMode&, const PinMode&) = default;
};

enum class DeliveryMode : base::u8 { Fixed = 0, NonMaskable = 4 };

/// [82093aa] 3.2.4.
struct RedirectionEntry : base::BitLayout<RedirectionEntry, base::u64> {
    using Vector = Field<0, 8, base::u8>;
    using Delivery = Field<8, 3, DeliveryMode>;
    using IsUnderWay = Field<12, 1, bool>; ///< not yet taken by the processor
    using IsActiveLow = Field<13, 1, bool>;
    using IsInService = Field<14, 1, bool>; ///< of a level: taken, and its end was not told
    using IsLevel = Field<15, 1, bool>;
    using IsMasked = Field<16, 1, bool>;
    using Destination = Field<56, 8, base::u8>;
};

using PinEntry = base::Bits<RedirectionEntry>;

/// What an untouched pin holds: nothing comes through.
inline constexpr PinEntry kClosedPin = PinEntry{}.with<RedirectionEntry::IsMasked>(true);

/// The largest identifier that a pin or a message can name; the next one means everybody.
inline constexpr base::u32 kLargestTarget = 0xfe;

/// A masked pin that would interrupt `target`. Unsupported beyond kLargestTarget: that takes interrupt remapping.
base::Result<PinEntry> encode_pin(PinMode mode, Target target);

/// An open pin that is an NMI of processor `hardware_id`. By edge, whatever `mode` says: [82093aa] 3.2.4. Unsupported
/// beyond kLargestTarget.
base::Result<PinEntry> encode_unmaskable_pin(PinMode mode, base::u32 hardware_id);

/// What a device writes where to interrupt: [intel/vol3] 11.11.
struct Message {
    base::u64 address = 0;
    base::u32 data = 0;

    friend constexpr bool operator==(const Message&, const Message&) = default;
};

/// Of several messages of one device, number n writes `data` + n: `target`'s vector is the first of a block that is
/// aligned to its size. Unsupported beyond kLargestTarget.
base::Result<Message> encode_message(Target target);

} // namespace apic
