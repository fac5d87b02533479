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
    auto* const page = ::new (Arch::physical_bytes(frame_, base::Bytes{base::kPageSize}).data()) timekeeping::ClockPage;
    page->publish(base, Nanoseconds{0});
    page_ = page;
    return {};
}

Nanoseconds Clock::now() const {
    if (page_ == nullptr) {
        return Nanoseconds{0};
    }
    return needs_kernel() ? page_->now(Arch::read_shared_counter) : page_->now(Arch::read_cycle_counter_in_order);
}

bool Clock::follow(const timekeeping::ClockBase& source) {
    if (needs_kernel()) {
        return true;
    }
    if (is_changing_.exchange(true, std::memory_order_acquire)) {
        return false;
    }
    page_->go_on(timekeeping::CounterKind::Processor, Arch::read_cycle_counter_in_order,
                 [&](Nanoseconds now) { return source.not_before(Arch::read_cycle_counter_in_order(), now); });
    is_changing_.store(false, std::memory_order_release);
    return true;
}

bool Clock::use_shared_counter() {
    if (shared_multiplier_ == 0) {
        return false;
    }
    source_ = shared_name_;
    page_->go_on(timekeeping::CounterKind::Shared, Arch::read_cycle_counter_in_order, [&](Nanoseconds now) {
        return timekeeping::ClockBase{Arch::read_shared_counter(), now, shared_multiplier_};
    });
    return true;
}

Nanoseconds Clock::wall_time() const { return page_ == nullptr ? Nanoseconds{0} : now() + page_->wall_offset(); }

void Clock::set_wall_time(Nanoseconds since_1970) { page_->set_wall_offset(since_1970 - now()); }

} // namespace kernel::time
