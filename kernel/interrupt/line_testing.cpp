#include "kernel/interrupt/line_testing.hpp"

namespace kernel::interrupt {

using base::Nanoseconds;
using base::u32;
using base::u64;
using base::u8;
using namespace base::literals;

namespace {

struct Wait : time::Timer {
    Wait(bool (*what)(void*), void* about)
        : Timer([](time::Timer& timer) { static_cast<Wait&>(timer).is_over = true; }), done(what), context(about) {}

    bool (*done)(void* context);
    void* context;
    bool is_over = false;
};

// [i8254].
constexpr base::u16 kCounter0 = 0x40;
constexpr base::u16 kControl = 0x43;
constexpr u32 kTimerHertz = 1'193'182;
constexpr u8 kPeriodic = 0x34; // counter 0, both bytes, mode 2
constexpr u8 kOnce = 0x30;     // mode 0: counts when it is told from where, which it is not

} // namespace

bool wait_until(bool (*done)(void* context), void* context, Nanoseconds patience) {
    Wait wait(done, context);
    processor::Processor& self = processor::this_processor();
    self.timers.arm(wait, core::kernel().clock.now() + patience);
    self.idle_until(
        [](void* of) {
            const auto& waiting = *static_cast<Wait*>(of);
            return waiting.is_over || waiting.done(waiting.context);
        },
        &wait);
    self.timers.cancel(wait);
    return done(context);
}

void sleep(Nanoseconds time) {
    wait_until([](void*) { return false; }, nullptr, time);
}

bool detach_and_wait(Line& line) {
    const auto done = line.detach();
    // The other processor's farewell interrupts nobody here: look again now and then.
    for (int attempt = 0; attempt < 2000 && !line.is_detached(); ++attempt) {
        sleep(1_ms);
    }
    return done && line.is_detached();
}

void CountingLine::note(Line& line) {
    auto& self = static_cast<CountingLine&>(line);
    self.cpu_ = Arch::cpu_index();
    self.noted_.fetch_add(1);
    if (self.acknowledges_) {
        line.acknowledge();
    }
}

bool CountingLine::wait_for(u64 count) {
    wanted_ = count;
    // By looking now and then: a delivery on another processor does not wake this one.
    for (int attempt = 0; attempt < 5000 && noted_.load() < wanted_; ++attempt) {
        wait_until(
            [](void* context) {
                const auto& line = *static_cast<CountingLine*>(context);
                return line.noted_.load() >= line.wanted_;
            },
            this, 1_ms);
    }
    return noted_.load() >= wanted_;
}

PeriodicTimer::PeriodicTimer(u32 hertz) {
    const u32 divisor = kTimerHertz / hertz;
    Arch::out8(kControl, kPeriodic);
    Arch::out8(kCounter0, static_cast<u8>(divisor));
    Arch::out8(kCounter0, static_cast<u8>(divisor >> 8));
}

PeriodicTimer::~PeriodicTimer() { Arch::out8(kControl, kOnce); }

bool has_pins() {
    if (core::kernel().io_apics.count() != 0) {
        return true;
    }
    LOG_INFO("no I/O APIC: nothing is tested");
    return false;
}

base::Result<Pin> claim_timer() {
    constexpr u32 kPinOnMicrovm = 2;
    bool ticks = false;
    {
        auto pin = TRY(core::kernel().io_apics.claim_isa(0));
        CountingLine line(pin, "interval timer", true);
        TRY(line.attach(processor::this_processor()));
        const PeriodicTimer timer(1000);
        line.unmask();
        sleep(20_ms);
        ticks = line.deliveries() != 0;
        detach_and_wait(line);
    }
    return ticks ? core::kernel().io_apics.claim_isa(0) : core::kernel().io_apics.claim(kPinOnMicrovm);
}

u32 PciDevice::read(u32 offset) const { return core::kernel().pci.read(where, offset).value_or(pci::kNobody); }

void PciDevice::write(u32 offset, u32 value) const {
    static_cast<void>(core::kernel().pci.write(where, offset, value).has_value());
}

base::Result<PciDevice> find_pci_device(u32 identity, bool keeps_line) {
    constexpr u8 kDevices = 32;
    PciDevice device{};
    while (device.where.device < kDevices && device.read(pci::kIdentity) != identity) {
        ++device.where.device;
    }
    if (device.where.device == kDevices) {
        LOG_INFO("no device {:#x}: not tested", identity);
        return base::Error::NotFound;
    }
    const auto address = TRY(pci::read_base_address(0, [&device](u32 offset) { return device.read(offset); }));
    device.registers = Arch::Registers(TRY(core::kernel().space.map_device(address, base::Bytes{base::kPageSize})));
    const auto command = base::Bits<pci::CommandAndStatus>(device.read(pci::kCommandAndStatus) & 0xffff)
                             .with<pci::CommandAndStatus::AnswersMemory>(true)
                             .with<pci::CommandAndStatus::IsBusMaster>(true)
                             .with<pci::CommandAndStatus::IsLineOff>(!keeps_line);
    device.write(pci::kCommandAndStatus, command.raw());
    return device;
}

} // namespace kernel::interrupt
