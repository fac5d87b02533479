#include "kernel/time/hpet_alarm.hpp"

#include "libs/apic/encode.hpp"
#include "libs/hpet/registers.hpp"

namespace kernel::time {

using base::Result;
using base::u32;
using base::u64;
using base::u8;

namespace {

constexpr unsigned kHalf = 32;

using Configuration = base::Bits<hpet::Comparator>;

/// The interval timer arrives where a comparator is to: it is not used, and is told to wait for a count.
void stop_interval_timer() {
    constexpr base::u16 kControl = 0x43; // [i8254]
    constexpr u8 kOnce = 0x30;
    Arch::out8(kControl, kOnce);
}

void send_messages(Arch::Registers registers, u32 number, const apic::Message& message) {
    registers.write32(hpet::message_data_of(number), message.data);
    registers.write32(hpet::message_address_of(number), static_cast<u32>(message.address));
}

} // namespace

u64 HpetAlarm::Comparator::counter() const {
    for (;;) {
        const u64 high = registers.read32(hpet::kCounterHigh);
        const u32 low = registers.read32(hpet::kCounter);
        if (registers.read32(hpet::kCounterHigh) == high) {
            return high << kHalf | low;
        }
    }
}

void HpetAlarm::Comparator::set(u64 moment) const {
    registers.write32(hpet::value_of(number), static_cast<u32>(moment));
}

Result<void> HpetAlarm::open(Arch::Registers registers, u32 number, u32 target, interrupt::IoApics& io_apics) {
    const apic::Target where{.hardware_id = target, .vector = Arch::kTimerVector};
    const apic::Message message = TRY(apic::encode_message(where));
    const auto offered = Configuration(registers.read32(hpet::configuration_of(number)));
    sends_messages_ = offered.get<hpet::Comparator::CanSendMessages>();
    auto chosen = Configuration{}
                      .with<hpet::Comparator::Interrupts>(true)
                      .with<hpet::Comparator::ComparesHalf>(true)
                      .with<hpet::Comparator::SendsMessages>(sends_messages_);
    if (sends_messages_) {
        send_messages(registers, number, message);
    } else {
        const u32 possible = registers.read32(hpet::pins_of(number));
        chosen = chosen.with<hpet::Comparator::Pin>(TRY(lead_to_pin(possible, where, io_apics)));
    }
    alarm_.with([&](Alarm& alarm) { alarm.use({registers, number}); });
    target_ = target;
    registers.write32(hpet::configuration_of(number), chosen.raw());
    return {};
}

/// From the last: the first ones are ISA's.
Result<u32> HpetAlarm::lead_to_pin(u32 possible, apic::Target target, interrupt::IoApics& io_apics) {
    for (u32 gsi = kHalf; gsi-- > 0;) {
        if ((possible >> gsi & 1) == 0) {
            continue;
        }
        if (auto claimed = io_apics.claim(gsi, {.is_active_low = false, .is_level = false})) {
            if (claimed->info().isa == u8{0}) {
                stop_interval_timer();
            }
            TRY(claimed->route(target));
            claimed->set_open(true);
            claimed->keep_for_ever();
            return gsi;
        }
    }
    return base::Error::NotFound;
}

void HpetAlarm::add(AlarmSleeper& sleeper) {
    alarm_.with([&sleeper](Alarm& alarm) { alarm.add(sleeper); });
}

void HpetAlarm::arm(AlarmSleeper& sleeper, u64 ticks) {
    if (!alarm_.with([&sleeper, ticks](Alarm& alarm) { return alarm.arm(sleeper, ticks); })) {
        Arch::interrupt_processor(target_, Arch::kTimerVector);
    }
}

void HpetAlarm::disarm(AlarmSleeper& sleeper) {
    alarm_.with([&sleeper](Alarm& alarm) { alarm.disarm(sleeper); });
}

void HpetAlarm::on_interrupt(const AlarmSleeper& sleeper) {
    if (sleeper.hardware_id != target_) {
        return;
    }
    alarm_.with([this](Alarm& alarm) {
        alarm.serve([this](const AlarmSleeper& woken) {
            if (woken.hardware_id != target_) {
                Arch::interrupt_processor(woken.hardware_id, Arch::kTimerVector);
            }
        });
    });
}

} // namespace kernel::time
