#include "kernel/time/clock.hpp"

#include <new>

#include "kernel/arch/current.hpp"

namespace kernel::time {

using base::Nanoseconds;

base::Result<void> Clock::start(std::string_view source, const timekeeping::ClockBase& base,
                                timekeeping::TickScale scale, memory::FrameAllocator& frames) {
    frame_ = TRY(frames.allocate_zeroed());
    source_ = source;
    scale_ = scale;
    base_ = base;
    auto* const page = ::new (Arch::physical_bytes(frame_, base::Bytes{base::kPageSize}).data()) timekeeping::ClockPage;
    page->publish(base_, Nanoseconds{0});
    page_ = page;
    return {};
}

Nanoseconds Clock::now() const {
    return page_ == nullptr ? Nanoseconds{0} : page_->now(Arch::read_cycle_counter_in_order);
}

Nanoseconds Clock::wall_time() const { return page_ == nullptr ? Nanoseconds{0} : now() + page_->wall_offset(); }

void Clock::set_wall_time(Nanoseconds since_1970) { page_->publish(base_, since_1970 - now()); }

} // namespace kernel::time
