#include "kernel/time/hpet_alarms.hpp"

#include "kernel/core/log_line.hpp"

namespace kernel::time {

using base::Error;
using base::Result;
using base::u32;
using base::u64;

namespace {

constexpr int kPatience = 1000;

bool counts(Arch::Registers registers) {
    const u32 first = registers.read32(hpet::kCounter);
    for (int attempt = 0; attempt < kPatience; ++attempt) {
        if (registers.read32(hpet::kCounter) != first) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<void> HpetAlarms::open(base::VirtualAddress place) {
    constexpr u64 kFemtosecondsPerNanosecond = 1'000'000;
    constexpr unsigned kFraction = 32;
    const Arch::Registers registers(place);
    const auto capabilities = base::Bits<hpet::Capabilities>(registers.read32(hpet::kCapabilities));
    const u64 period = registers.read32(hpet::kPeriod);
    if (period == 0 || period > hpet::kLongestPeriod) {
        return Error::OutOfRange;
    }
    if (!capabilities.get<hpet::Capabilities::Has64Bits>()) {
        return Error::Unsupported;
    }
    scale_ = TRY(timekeeping::TickScale::from_multiplier((period << kFraction) / kFemtosecondsPerNanosecond));
    const u32 comparators = capabilities.get<hpet::Capabilities::LastComparator>() + 1;
    for (u32 number = 0; number < comparators; ++number) {
        registers.write32(hpet::configuration_of(number), 0);
    }
    const auto running = base::Bits<hpet::Configuration>(registers.read32(hpet::kConfiguration))
                             .with<hpet::Configuration::Counts>(true)
                             .with<hpet::Configuration::ReplacesLegacy>(false);
    registers.write32(hpet::kConfiguration, running.raw());
    if (!counts(registers)) {
        return Error::DeviceError;
    }
    registers_ = registers;
    count_ = comparators;
    return {};
}

HpetAlarm* HpetAlarms::open_next(State& state, u32 hardware_id, interrupt::IoApics& io_apics) {
    while (state.tried < count_) {
        HpetAlarm& alarm = alarms_.at(state.opened);
        const u32 number = state.tried++;
        if (const auto done = alarm.open(registers_, number, hardware_id, io_apics); done) {
            ++state.opened;
            LOG_INFO("timer: comparator {} of the hpet interrupts processor {} by {}", number, hardware_id,
                     alarm.sends_messages() ? "message" : "pin");
            return &alarm;
        }
    }
    return nullptr;
}

Result<void> HpetAlarms::join(Timers& timers, u32 hardware_id, interrupt::IoApics& io_apics) {
    return state_.with([&](State& state) -> Result<void> {
        HpetAlarm* alarm = open_next(state, hardware_id, io_apics);
        if (alarm == nullptr && state.opened != 0) {
            alarm = &alarms_.at(state.sharing++ % state.opened);
        }
        if (alarm == nullptr) {
            return Error::NotFound;
        }
        timers.use(*alarm, hardware_id, scale_);
        return {};
    });
}

} // namespace kernel::time
