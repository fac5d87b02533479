/// What happens to time while nobody looks: the hypervisor changes its clock, stops the machine, or lets it go on from
/// a copy of itself.
#pragma once

#include <atomic>
#include <optional>

#include "base/types.hpp"
#include "base/units.hpp"
#include "kernel/hypervisor/chosen.hpp"
#include "kernel/time/clock.hpp"

namespace kernel::time {

/// Looked after by every processor whenever it wakes and at each timer interrupt: a few loads where nothing has
/// changed.
class ClockWatch {
  public:
    constexpr ClockWatch(Clock& clock, hypervisor::Hypervisor& hypervisor) : clock_(clock), hypervisor_(hypervisor) {}

    /// The clock goes by the hypervisor's from now on, whose time was `zero` when the clock's was 0.
    void follow_hypervisor(base::Nanoseconds zero) {
        zero_ = zero;
        is_following_ = true;
    }

    /// The 16 bytes that change when the machine goes on from a copy, [vmgenid]. Before the other processors start.
    void watch_generation(base::VirtualAddress place);

    /// `version`: of what the hypervisor told processor `cpu`, the one that runs, of time; kept by the caller.
    void check(base::u32 cpu, base::u32& version) {
        if (hypervisor_.clock_version(cpu) != version) {
            follow(cpu, version);
        }
        if (hypervisor_.take_stopped(cpu)) {
            note_stopped(cpu);
        }
        if (generation_place_ && read_generation() != generation_.load(std::memory_order_relaxed)) {
            note_generation();
        }
    }

    /// How often the generation has changed.
    [[nodiscard]] base::u32 restores() const { return restores_.load(std::memory_order_acquire); }

  private:
    void follow(base::u32 cpu, base::u32& version);
    static void note_stopped(base::u32 cpu);
    void note_generation();

    /// A random number: of its 128 bits, 64 folded ones are enough to see that it is another.
    [[nodiscard]] base::u64 read_generation() const;

    Clock& clock_;
    hypervisor::Hypervisor& hypervisor_;
    base::Nanoseconds zero_{0};
    std::optional<base::VirtualAddress> generation_place_;
    std::atomic<base::u64> generation_{0};
    std::atomic<base::u32> restores_{0};
    bool is_following_ = false;
};

/// Once after each time that the machine goes on from a copy of itself, before timers ring: monotonic time has gone on
/// from where it was, the random generator is seeded anew, and the time of day is asked for again. Whatever else must
/// not be the same in two copies of a machine is renewed from here.
void after_restore();

} // namespace kernel::time
