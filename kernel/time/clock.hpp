/// Monotonic time.
#pragma once

#include <atomic>
#include <string_view>

#include "base/units.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "libs/timekeeping/clock_page.hpp"

namespace kernel::time {

/// The machine's one clock: a counter, scaled; the processors' own, or where those are of no use the one they share.
/// Read by anybody, without a lock.
class Clock {
  public:
    /// Time begins with 0 at `base`. NoMemory for the page.
    base::Result<void> start(std::string_view source, const timekeeping::ClockBase& base, timekeeping::TickScale scale,
                             memory::FrameAllocator& frames);

    [[nodiscard]] bool is_running() const { return page_ != nullptr; }

    /// Nanoseconds since the start; 0 before it. Does not go backwards, on any processor.
    [[nodiscard]] base::Nanoseconds now() const;

    /// Goes on by `source`, whose times are this clock's. Where the source is behind what was told already, the clock
    /// keeps its time and takes the rate. False if another processor is changing the clock just now: try again later.
    bool follow(const timekeeping::ClockBase& source);

    /// There is a counter that all processors share: `multiplier` nanoseconds with 32 bits of fraction a tick.
    void offer_shared_counter(std::string_view name, const base::Result<base::u64>& multiplier) {
        shared_name_ = name;
        shared_multiplier_ = multiplier.value_or(0);
    }

    /// Goes on by it; false if there is none. Before others change the clock.
    bool use_shared_counter();

    /// Nanoseconds since 1970, as the machine's clock has it; without one, since the start.
    [[nodiscard]] base::Nanoseconds wall_time() const;
    void set_wall_time(base::Nanoseconds since_1970);

    /// How many ticks of the processor's counter pass in `time`, rounded up.
    [[nodiscard]] base::u64 ticks_of(base::Nanoseconds time) const { return scale_.ticks(time); }

    /// Programs cannot read it themselves.
    [[nodiscard]] bool needs_kernel() const {
        return page_ != nullptr && page_->kind() == timekeeping::CounterKind::Shared;
    }

    [[nodiscard]] std::string_view source() const { return source_; }

    [[nodiscard]] base::u64 hertz() const { return scale_.hertz(); }

    /// The frame with the ClockPage, to be mapped read-only.
    [[nodiscard]] base::PhysicalAddress page_frame() const { return frame_; }

  private:
    timekeeping::ClockPage* page_ = nullptr;
    base::PhysicalAddress frame_{0};
    std::atomic<bool> is_changing_{false};
    timekeeping::TickScale scale_ = *timekeeping::TickScale::from_hertz(1'000'000'000);
    std::string_view source_ = "none";
    std::string_view shared_name_;
    base::u64 shared_multiplier_ = 0; ///< 0: there is no such counter
};

} // namespace kernel::time
