#include "kernel/time/wall_clock.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "libs/cmos_clock/cmos_clock.hpp"

namespace kernel::time {

using base::Nanoseconds;
using base::Result;

namespace {

/// An update takes 2 ms, and a look at a register about a microsecond.
constexpr int kPatience = 5'000;

Result<Nanoseconds> read_cmos(const platform::Platform& platform) {
    const auto& fadt = platform.fadt();
    if (fadt && fadt->boot_architecture().no_cmos_clock) {
        return base::Error::NotFound;
    }
    const base::u8 century = fadt ? fadt->century_register() : base::u8{0};
    return TRY(cmos_clock::decode(TRY(cmos_clock::read_registers(Arch::read_cmos, century, kPatience)))).since_1970();
}

} // namespace

void set_wall_clock(core::Kernel& kernel) {
    std::string_view source = kernel.hypervisor.name();
    auto time = kernel.hypervisor.read_wall_time();
    if (!time) {
        source = "cmos";
        time = read_cmos(kernel.platform);
    }
    if (!time) {
        LOG_INFO("wall clock: none ({})", abi::name(time.error()));
        return;
    }
    kernel.clock.set_wall_time(*time);
    base::FixedText<core::Log::kLineBytes> text;
    cmos_clock::CivilTime::from(*time).print(text);
    LOG_INFO("wall clock: {} UTC by {}", text.view(), source);
}

} // namespace kernel::time
