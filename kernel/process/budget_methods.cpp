#include "abi/arguments.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Error;
using base::Result;

namespace {

budget::Budget& budget_of(const Invocation& call) { return static_cast<BudgetObject&>(call.object()).budget(); }

void end_address_space(Object& object) {
    process_objects().address_spaces.destroy(static_cast<AddressSpaceObject&>(object));
}

} // namespace

void end_memory(Object& object) { process_objects().memories.destroy(static_cast<MemoryObject&>(object)); }

Result<Progress> tell_usage(const Invocation& call, Answer& answer) {
    auto& budgets = core::kernel().budgets;
    const budget::Budget& budget = budget_of(call);
    answer.give(abi::BudgetUsage{.memory_bytes = budgets.usage(budget, budget::Kind::Memory),
                                 .capabilities = budgets.usage(budget, budget::Kind::Capabilities),
                                 .threads = budgets.usage(budget, budget::Kind::Threads)});
    return Progress::Done;
}

Result<Progress> create_memory(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::CreateMemoryArguments>();
    if (wanted.is_fixed > 1) {
        return Error::InvalidArgument;
    }
    const auto sizing = wanted.is_fixed != 0 ? memory_object::Sizing::Fixed : memory_object::Sizing::Resizable;
    budget::Budget& budget = budget_of(call);
    auto memory = TRY(object::Memory::create_anonymous(budget, base::Bytes{wanted.bytes}, sizing));
    auto object = TRY(process_objects().memories.create(budget, std::move(memory), end_memory));
    const abi::Handle handle = TRY(call.process.capabilities().install(*object, abi::kAllPermissions, kWholeMemory));
    // From here on its capabilities keep it.
    static_cast<void>(object.release());
    answer.give_capability({handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::Memory});
    return Progress::Done;
}

Result<Progress> create_process(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::CreateProcessArguments>();
    if (wanted.flags > abi::kMayWriteDebug) {
        return Error::InvalidArgument;
    }
    const bool may_write_debug = wanted.flags != 0;
    if (may_write_debug && !call.process.may_write_debug()) {
        return Error::AccessDenied;
    }
    budget::Budget& budget = budget_of(call);
    CapabilitySpace& holder = call.process.capabilities();
    const auto space = TRY(object::AddressSpace::create(budget));
    auto space_object = TRY(process_objects().address_spaces.create(budget, space, end_address_space));
    auto process = TRY(Process::create(budget, space, may_write_debug));
    const abi::Handle handle = TRY(holder.install(*process, abi::kAllPermissions));
    // From here on its capabilities keep it.
    static_cast<void>(process.leak());
    const auto space_handle = holder.install(*space_object, abi::kAllPermissions);
    if (!space_handle) {
        static_cast<void>(holder.drop(handle));
        return space_handle.error();
    }
    static_cast<void>(space_object.release());
    answer.give_capability({handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::Process});
    answer.give_capability({*space_handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::AddressSpace});
    return Progress::Done;
}

} // namespace kernel::process
