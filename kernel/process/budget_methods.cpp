#include "abi/arguments.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/begin_operation.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u64;

namespace {

Result<u64> limit_of(u64 word) {
    if (word == abi::kNoLimit) {
        return budget::kUnlimited;
    }
    return word <= budget::kUnlimited ? Result<u64>{word} : Result<u64>{Error::InvalidArgument};
}

/// What a program asks for. InvalidArgument: more than can be.
Result<budget::Limits> limits_of(const abi::BudgetLimits& wanted) {
    budget::Limits limits{};
    limits[budget::index_of(budget::Kind::Memory)] = TRY(limit_of(wanted.memory_bytes));
    limits[budget::index_of(budget::Kind::Capabilities)] = TRY(limit_of(wanted.capabilities));
    limits[budget::index_of(budget::Kind::Threads)] = TRY(limit_of(wanted.threads));
    return limits;
}

void end_address_space(Object& object) {
    process_objects().address_spaces.destroy(static_cast<AddressSpaceObject&>(object));
}

} // namespace

void end_memory(Object& object) { process_objects().memories.destroy(static_cast<MemoryObject&>(object)); }

Result<Progress> tell_usage(const Invocation& call, Answer& answer) {
    using enum budget::Kind;
    const budget::Figures is = TRY(core::kernel().budgets.figures(called_budget(call).budget()));
    answer.give(abi::BudgetUsage{.memory_bytes = is.used[budget::index_of(Memory)],
                                 .capabilities = is.used[budget::index_of(Capabilities)],
                                 .threads = is.used[budget::index_of(Threads)],
                                 .memory_limit = told_limit(is.limits[budget::index_of(Memory)]),
                                 .capabilities_limit = told_limit(is.limits[budget::index_of(Capabilities)]),
                                 .threads_limit = told_limit(is.limits[budget::index_of(Threads)])});
    return Progress::Done;
}

Result<Progress> create_budget(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::CreateBudgetArguments>();
    const BudgetObject::Limits limits{.of_things = TRY(limits_of(wanted.limits)),
                                      .of_processors = TRY(processor_limits_of(wanted.processors))};
    BudgetObject& parent = called_budget(call);
    CapabilitySpace& holder = call.process.capabilities();
    // First, so that what is in the tree need not be taken out again.
    const base::u32 place = TRY(holder.reserve());
    auto child = BudgetObject::create(parent, limits);
    if (!child) {
        holder.give_back(place);
        return child.error();
    }
    BudgetObject& made = *child->leak();
    const abi::Handle handle = holder.install_at(place, made, abi::kAllPermissions);
    parent.add(made);
    answer.give_capability({handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::Budget});
    return Progress::Done;
}

Result<Progress> set_limits(const Invocation& call, Answer&) {
    TRY(core::kernel().budgets.set_limits(called_budget(call).budget(),
                                          TRY(limits_of(call.arguments<abi::BudgetLimits>()))));
    return Progress::Done;
}

Result<Progress> destroy_budget(const Invocation& call, Answer&) {
    BudgetObject& budget = called_budget(call);
    if (!budget.may_end()) {
        return Error::BadState;
    }
    return begin_wait(call, [&](Operation& operation) { return budget.end(operation); });
}

Result<Progress> create_memory(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::CreateMemoryArguments>();
    if (wanted.is_fixed > 1) {
        return Error::InvalidArgument;
    }
    const auto sizing = wanted.is_fixed != 0 ? memory_object::Sizing::Fixed : memory_object::Sizing::Resizable;
    BudgetObject& payer = called_budget(call);
    auto memory = TRY(object::Memory::create_anonymous(payer.budget(), base::Bytes{wanted.bytes}, sizing));
    auto object = TRY(process_objects().memories.create(payer.budget(), std::move(memory), end_memory));
    TRY(give_object(call, answer, payer, std::move(object), abi::kAllPermissions, kWholeMemory));
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
    BudgetObject& payer = called_budget(call);
    CapabilitySpace& holder = call.process.capabilities();
    const auto space = TRY(object::AddressSpace::create(payer.budget()));
    auto space_object = TRY(process_objects().address_spaces.create(payer.budget(), space, end_address_space));
    auto process = TRY(Process::create(payer, space, may_write_debug));
    const abi::Handle handle = TRY(holder.install(*process, abi::kAllPermissions));
    // From here on its capabilities keep it.
    payer.add(*process.leak());
    const auto space_handle = holder.install(*space_object, abi::kAllPermissions);
    if (!space_handle) {
        static_cast<void>(holder.drop(handle));
        return space_handle.error();
    }
    payer.add(space_object.release());
    answer.give_capability({handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::Process});
    answer.give_capability({*space_handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::AddressSpace});
    return Progress::Done;
}

} // namespace kernel::process
