#include "kernel/process/lease_use.hpp"

#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

base::Result<void> LeaseUse::hang_below(capability::Slot& through) {
    if (static_cast<Object&>(through.target()).add_use(through, *this) != Object::Added::Yes) {
        tell_ended();
        return base::Error::BadHandle;
    }
    is_hanging_ = true;
    process_objects().expiries.add(*this);
    return {};
}

bool LeaseUse::leave() {
    if (!is_hanging_) {
        return true;
    }
    if (was_taken_.exchange(false, std::memory_order_acquire)) {
        tell_ended();
        owner_.drop_reference();
    } else if (!object()->remove_use(*this)) {
        return false;
    }
    is_hanging_ = false;
    return true;
}

bool LeaseUse::hold() { return owner_.add_reference_if_alive(); }

void LeaseUse::release() { owner_.drop_reference(); }

void LeaseUse::end(base::Error) {
    // With what is stored it may leave, and all be over before they are told to end.
    const auto held = base::RefPtr<FixedLeases>::share(owner_);
    was_taken_.store(true, std::memory_order_release);
    owner_.end(EndKind::Forced);
}

} // namespace kernel::process
