#include "kernel/process/fixed_lease.hpp"

#include <array>
#include <span>
#include <utility>

#include "abi/ring.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u64;
using memory_object::Outcome;
using memory_object::Want;

Want FixedLease::want() const { return (range_.access & abi::kLeaseWrite) != 0 ? Want::Write : Want::Read; }

Result<void> FixedLease::set(Range&& range, capability::Slot& through) {
    TRY(lent_by_.hang_below(through));
    range_ = std::move(range);
    return {};
}

Result<void> FixedLease::set(Range&& range, FixedLeases& outer) {
    TRY(process_objects().lent_on.add(outer, *this));
    outer.add_reference();
    outer_ = &outer;
    range_ = std::move(range);
    return {};
}

Result<Outcome> FixedLease::pin_some(object::Sweep& sweep) {
    answers_seen_ = range_.memory->answers();
    const auto progress = TRY(range_.memory->pin(range_.first + pinned_, range_.count - pinned_, want(), sweep));
    pinned_ = progress.next - range_.first;
    return progress.outcome;
}

Result<bool> FixedLease::wait_for_page(object::PageWait& wait, Outcome outcome) {
    const auto deadline = core::kernel().clock.now() + address_space::Attributes{}.pager_deadline;
    return range_.memory->wait_for(wait, {range_.first + pinned_, outcome, want(), deadline, answers_seen_});
}

Result<u64> FixedLease::show(capability::Slot& through, u64 first, object::Sweep& sweep) {
    if (is_shown_.exchange(true, std::memory_order_acquire)) {
        return Error::Busy;
    }
    const auto shown = show_alone(through, first, sweep);
    if (!shown) {
        window_ = nullptr;
        is_shown_.store(false, std::memory_order_release);
    }
    return shown;
}

Result<u64> FixedLease::show_alone(capability::Slot& through, u64 first, object::Sweep& sweep) {
    // One that is being taken ends all the same.
    if (!shown_by_.leave()) {
        return Error::BadHandle;
    }
    // Before it is shown: who revokes must find it.
    TRY(shown_by_.hang_below(through));
    window_ = static_cast<MemoryObject&>(through.target()).held();
    window_first_ = first;
    [[clang::uninitialized]] std::array<base::PhysicalAddress, abi::kMostFixedLease / base::kPageSize> all;
    const auto frames = std::span(all).first(range_.count);
    TRY(range_.memory->tell_frames(range_.first, frames));
    TRY(window_->borrow(first, frames, want(), sweep));
    return base::Pages{range_.count}.bytes().value();
}

bool FixedLease::hide(object::Sweep& sweep) {
    if (!window_) {
        return false;
    }
    window_->return_borrowed(window_first_, range_.count, sweep);
    return true;
}

bool FixedLease::leave() {
    if (const u64 pinned = std::exchange(pinned_, 0); pinned != 0) {
        ASSERT(range_.memory->unpin(range_.first, pinned).has_value(), "a lease was not pinned");
    }
    if (outer_ != nullptr) {
        process_objects().lent_on.remove(*outer_, *this);
        outer_->kick();
        std::exchange(outer_, nullptr)->drop_reference();
    }
    const bool has_left = lent_by_.leave();
    if (!shown_by_.leave() || !has_left) {
        return false;
    }
    window_ = nullptr;
    range_.memory = nullptr;
    return true;
}

} // namespace kernel::process
