/// How a method that makes an object for a budget that it was lent answers it.
#pragma once

#include "kernel/process/invocation.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

/// The budget in slot 0, which the caller may create objects with. Errors as of resolve_lent().
inline base::Result<budget::Budget*> lent_budget(const Invocation& call) {
    const Lent lent = TRY(resolve_lent(call.process, call.slot_word(0), abi::ObjectKind::Budget, abi::kExecute));
    return &static_cast<BudgetObject&>(lent.slot.target()).budget();
}

/// The caller holds `object`, which its caches made, from now on, and the answer's next slot says so. NoMemory,
/// OverBudget.
template <class Owned>
base::Result<void> give_object(const Invocation& call, Answer& answer, Owned object, abi::Permissions permissions,
                               base::u64 qualifier) {
    Object& target = *object;
    const abi::Handle handle = TRY(call.process.capabilities().install(target, permissions, qualifier));
    // From here on its capabilities keep it.
    static_cast<void>(object.release());
    answer.give_capability({handle, permissions, abi::SlotMode::Derive, target.kind()});
    return {};
}

} // namespace kernel::process
