#include "kernel/object/purse.hpp"

#include <utility>

namespace kernel::object {

base::Result<void> Purse::refill() {
    // What it spent from here went back to the budget, where another charge finds it: by the last lack alone, an
    // operation that needs several things one after the other might never have all of them together.
    refilled_ += std::exchange(missing_, 0);
    if (filled_ < refilled_) {
        TRY(budget_->charge(budget::Kind::Memory, refilled_ - filled_));
        filled_ = refilled_;
    }
    return {};
}

} // namespace kernel::object
