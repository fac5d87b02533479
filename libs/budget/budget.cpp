#include "libs/budget/budget.hpp"

namespace budget {

base::Result<void> Budget::charge_slowly(Kind kind, base::u64 amount) {
    if (charger_ == nullptr) {
        return base::Error::BadState;
    }
    return charger_->charge_slowly(*this, kind, amount);
}

} // namespace budget
