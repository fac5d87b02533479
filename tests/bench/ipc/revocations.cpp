#include "tests/bench/ipc/revocations.hpp"

#include <array>

#include "abi/arguments.hpp"

namespace tests::bench {

using abi::Handle;
using abi::ObjectKind;
using base::u64;

Handle spread(Caller& caller) {
    constexpr u64 kProcesses = 100;
    constexpr u64 kOfEach = kDescendants / kProcesses - 1;
    const Handle budget = caller.root(ObjectKind::Budget);
    const Handle top = slot_of(caller.call(budget, ObjectKind::Budget, abi::BudgetMethod::CreateEvent));
    Handle parent = top;
    for (u64 depth = 1; depth <= kProcesses; ++depth) {
        const Handle process =
            slot_of(caller.call(budget, ObjectKind::Budget, abi::BudgetMethod::CreateProcess, std::array<u64, 1>{0}));
        const u64 word = abi::SlotWord{parent, abi::kAllPermissions, abi::SlotMode::Derive}.word();
        for (u64 i = 0; i < kOfEach; ++i) {
            caller.call(process, ObjectKind::Process, abi::ProcessMethod::Install, {}, word);
        }
        parent = caller.derive(parent);
    }
    return top;
}

void revoke(Caller& caller, Handle top) { caller.call(top, static_cast<base::u16>(abi::HandleMethod::Revoke)); }

} // namespace tests::bench
