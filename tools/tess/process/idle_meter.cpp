#include "tools/tess/process/idle_meter.hpp"

#include <ctime>

namespace tess::process {

namespace {

constexpr Seconds kSettling{1};

} // namespace

std::optional<Seconds> processor_time(int process) {
    clockid_t clock{};
    timespec used{};
    if (process <= 0 || clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        return std::nullopt;
    }
    return Seconds{static_cast<double>(used.tv_sec)} + std::chrono::nanoseconds{used.tv_nsec};
}

void IdleMeter::begin() {
    if (!begun_) {
        begun_ = Clock::now();
    }
}

Verdict IdleMeter::watch(int process) {
    const auto now = Clock::now();
    if (!begun_ || now - *begun_ < kSettling || share_) {
        return Verdict::Continue;
    }
    if (!used_at_start_) {
        used_at_start_ = processor_time(process);
        start_ = now;
        return Verdict::Continue;
    }
    const Seconds passed = now - start_;
    const std::optional<Seconds> used = processor_time(process);
    if (passed < window_ || !used) {
        return Verdict::Continue;
    }
    share_ = (*used - *used_at_start_) / passed;
    return Verdict::Stop;
}

} // namespace tess::process
