/// How a method that makes an object for a budget that it was lent answers it.
#pragma once

#include "kernel/process/invocation.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

/// The budget in slot 0, which the caller may create objects with. Errors as of resolve_lent().
inline base::Result<BudgetObject*> lent_budget(const Invocation& call) {
    const Lent lent = TRY(resolve_lent(call.process, call.slot_word(0), abi::ObjectKind::Budget, abi::kExecute));
    return &static_cast<BudgetObject&>(lent.slot.target());
}

/// The budget whose method is called.
inline BudgetObject& called_budget(const Invocation& call) { return static_cast<BudgetObject&>(call.object()); }

/// The caller holds `object`, which its caches made and `payer` pays for, from now on, and the answer's next slot says
/// so. NoMemory, OverBudget.
template <class Owned>
base::Result<void> give_object(const Invocation& call, Answer& answer, BudgetObject& payer, Owned object,
                               abi::Permissions permissions, base::u64 qualifier = 0) {
    Object& target = *object;
    const abi::Handle handle = TRY(call.process.capabilities().install(target, permissions, qualifier));
    // From here on its capabilities keep it.
    static_cast<void>(object.release());
    payer.add(target);
    answer.give_capability({handle, permissions, abi::SlotMode::Derive, target.kind()});
    return {};
}

} // namespace kernel::process
