/// Monotonic time.
#pragma once

#include <string_view>

#include "base/units.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "libs/timekeeping/clock_page.hpp"

namespace kernel::time {

/// The machine's one clock: the processors' counter, scaled. Read by anybody, without a lock.
class Clock {
  public:
    /// Time begins with 0 at `base`. NoMemory for the page.
    base::Result<void> start(std::string_view source, const timekeeping::ClockBase& base, timekeeping::TickScale scale,
                             memory::FrameAllocator& frames);

    [[nodiscard]] bool is_running() const { return page_ != nullptr; }

    /// Nanoseconds since the start; 0 before it. Does not go backwards, on any processor.
    [[nodiscard]] base::Nanoseconds now() const;

    /// Nanoseconds since 1970, as the machine's clock has it; without one, since the start.
    [[nodiscard]] base::Nanoseconds wall_time() const;
    void set_wall_time(base::Nanoseconds since_1970);

    /// How many ticks of the counter pass in `time`, rounded up.
    [[nodiscard]] base::u64 ticks_of(base::Nanoseconds time) const { return scale_.ticks(time); }

    [[nodiscard]] std::string_view source() const { return source_; }

    [[nodiscard]] base::u64 hertz() const { return scale_.hertz(); }

    /// The frame with the ClockPage, to be mapped read-only.
    [[nodiscard]] base::PhysicalAddress page_frame() const { return frame_; }

  private:
    timekeeping::ClockPage* page_ = nullptr;
    base::PhysicalAddress frame_{0};
    timekeeping::ClockBase base_{};
    timekeeping::TickScale scale_ = *timekeeping::TickScale::from_hertz(1'000'000'000);
    std::string_view source_ = "none";
};

} // namespace kernel::time
