#include "kernel/time/clock_watch.hpp"

#include "base/assert.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/time/wall_clock.hpp"

namespace kernel::time {

using base::u32;
using base::u64;

void ClockWatch::watch_generation(base::VirtualAddress place) {
    generation_place_ = place;
    generation_ = read_generation();
}

u64 ClockWatch::read_generation() const {
    constexpr base::Bytes kHalf{8};
    ASSERT(generation_place_.has_value(), "there is no generation to read");
    return Arch::read_register64(*generation_place_) ^ Arch::read_register64(*generation_place_ + kHalf);
}

void ClockWatch::follow(u32 cpu, u32& version) {
    const u32 told = hypervisor_.clock_version(cpu);
    if (!is_following_) {
        version = told;
        return;
    }
    const auto reading = hypervisor_.read_clock(cpu);
    if (!reading) {
        version = told;
        LOG_WARNING("clock: {} no longer holds; it goes on at the rate it had", clock_.source());
        return;
    }
    timekeeping::ClockBase source = reading->base;
    source.time -= zero_;
    if (clock_.follow(source)) {
        version = reading->version;
    }
}

void ClockWatch::note_stopped(u32 cpu) {
    LOG_INFO("cpu {}: the host stopped this machine for a while; monotonic time goes on", cpu);
}

void ClockWatch::note_generation() {
    const u64 next = read_generation();
    if (generation_.exchange(next, std::memory_order_acq_rel) != next) {
        restores_.fetch_add(1, std::memory_order_release);
        LOG_INFO("this machine goes on from a copy of itself: generation {:#x}", next);
        after_restore();
    }
}

void after_restore() {
    core::Kernel& kernel = core::kernel();
    // First: nothing that follows may draw what the other copy draws.
    kernel.random.reseed();
    LOG_INFO("random: seeded {} times", kernel.random.seeds());
    set_wall_clock(kernel);
}

} // namespace kernel::time
