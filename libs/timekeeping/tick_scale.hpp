/// How the ticks of a counter become nanoseconds, and back.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace timekeeping {

/// A counter's rate. Conversions are one multiplication: exact to less than one part in 2^31 for 1 MHz to 16 GHz.
class TickScale {
  public:
    static constexpr base::u64 kSlowest = 1'000'000;
    static constexpr base::u64 kFastest = 16'000'000'000;

    /// OutOfRange outside of kSlowest to kFastest hertz.
    static constexpr base::Result<TickScale> from_hertz(base::u64 hertz) {
        if (hertz < kSlowest || hertz > kFastest) {
            return base::Error::OutOfRange;
        }
        return TickScale((kNanosecondsPerSecond << kFraction) / hertz);
    }

    /// `multiplier`: nanoseconds per tick with 32 bits of fraction, as hypervisors give it. OutOfRange as from_hertz().
    static constexpr base::Result<TickScale> from_multiplier(base::u64 multiplier) {
        if (multiplier < (kNanosecondsPerSecond << kFraction) / kFastest ||
            multiplier > (kNanosecondsPerSecond << kFraction) / kSlowest) {
            return base::Error::OutOfRange;
        }
        return TickScale(multiplier);
    }

    /// Nanoseconds per tick, with 32 bits of fraction.
    [[nodiscard]] constexpr base::u64 multiplier() const { return multiplier_; }

    [[nodiscard]] constexpr base::u64 hertz() const {
        return ((kNanosecondsPerSecond << kFraction) + multiplier_ / 2) / multiplier_;
    }

    [[nodiscard]] constexpr base::Nanoseconds nanoseconds(base::u64 ticks) const {
        return base::Nanoseconds{scale(ticks, multiplier_)};
    }

    /// Rounded up, so that waiting for so many ticks is never too short.
    [[nodiscard]] constexpr base::u64 ticks(base::Nanoseconds time) const {
        return scale(time.value(), (hertz() << kFraction) / kNanosecondsPerSecond + 1) + 1;
    }

    /// `value` times `multiplier`, which has 32 bits of fraction.
    static constexpr base::u64 scale(base::u64 value, base::u64 multiplier) {
        return static_cast<base::u64>(static_cast<unsigned __int128>(value) * multiplier >> kFraction);
    }

  private:
    static constexpr base::u64 kNanosecondsPerSecond = 1'000'000'000;
    static constexpr unsigned kFraction = 32;

    constexpr explicit TickScale(base::u64 multiplier) : multiplier_(multiplier) {}

    base::u64 multiplier_;
};

} // namespace timekeeping
