#include "kernel/object/purse.hpp"

namespace kernel::object {

base::Result<void> Purse::refill() {
    const base::u64 missing = missing_;
    missing_ = 0;
    TRY(budget_->charge(budget::Kind::Memory, missing));
    filled_ += missing;
    return {};
}

} // namespace kernel::object
