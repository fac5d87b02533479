#include "abi/arguments.hpp"
#include "kernel/process/begin_operation.hpp"
#include "kernel/process/methods.hpp"

namespace kernel::process {

using address_space::Access;
using base::Bytes;
using base::Error;
using base::Result;
using base::u64;
using base::VirtualAddress;

namespace {

object::AddressSpace& space_of(const Invocation& call) { return *static_cast<AddressSpaceObject&>(call.object()); }

Result<Access> access_of(u64 bits) {
    switch (bits) {
    case abi::kMapRead: return Access::Read;
    case abi::kMapRead | abi::kMapWrite: return Access::ReadWrite;
    case abi::kMapRead | abi::kMapExecute: return Access::ReadExecute;
    default: return Error::InvalidArgument;
    }
}

/// What a capability to a Memory must allow for it to be mapped so.
abi::Permissions needs_of(Access access) {
    switch (access) {
    case Access::Read: return abi::kRead;
    case Access::ReadWrite: return abi::kRead | abi::kWrite;
    case Access::ReadExecute: return abi::kRead | abi::kExecute;
    }
    return abi::kAllPermissions;
}

/// A revocation of `slot` finds `mapping` from now on. BadHandle: it was revoked meanwhile, and what was mapped goes.
Result<void> hang_below(capability::Slot& slot, Mapping& mapping) {
    if (static_cast<Object&>(slot.target()).add_use(slot, mapping) == Object::Added::Yes) {
        process_objects().expiries.add(mapping);
        return {};
    }
    static_cast<void>(mapping.hold());
    mapping.begin_end(Error::Revoked);
    return Error::BadHandle;
}

/// Memory that is lent to be mapped.
struct Mappable {
    Lent lent;
    const base::RefPtr<object::Memory>* memory;
    address_space::Cache cache;
};

/// What slot 0 lends: a Memory, or a DeviceMemory, whose accesses all reach the device. Errors as of resolve_lent().
Result<Mappable> resolve_mappable(const Invocation& call, abi::Permissions needs) {
    using enum abi::ObjectKind;
    const abi::SlotWord word = call.slot_word(0);
    const capability::Slot* const named = call.process.capabilities().find(word.handle());
    if (named == nullptr || named->target().kind() != DeviceMemory) {
        const Lent lent = TRY(resolve_lent(call.process, word, Memory, needs));
        const auto& memory = static_cast<MemoryObject&>(lent.slot.target()).held();
        return Mappable{.lent = lent, .memory = &memory, .cache = address_space::Cache::WriteBack};
    }
    const Lent lent = TRY(resolve_lent(call.process, word, DeviceMemory, needs));
    const auto& memory = static_cast<DeviceMemoryObject&>(lent.slot.target()).held();
    return Mappable{.lent = lent, .memory = &memory, .cache = address_space::Cache::Uncached};
}

void tell_bytes(Answer& answer, Bytes done) { answer.give(std::array{done.value()}); }

} // namespace

Result<Progress> query(const Invocation& call, Answer& answer) {
    const auto [address] = call.arguments<std::array<u64, 1>>();
    const auto span = TRY(space_of(call).query(VirtualAddress{address}));
    answer.give(abi::MappedSpan{.start = span.start.value(), .end = span.end.value()});
    return Progress::Done;
}

Result<Progress> map(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::MapArguments>();
    const Access access = TRY(access_of(wanted.access));
    if (wanted.flags != 0 || wanted.offset % base::kPageSize != 0) {
        return Error::InvalidArgument;
    }
    const Mappable what = TRY(resolve_mappable(call, needs_of(access)));
    if (!is_shown(what.lent.slot.qualifier(), wanted.offset, wanted.bytes)) {
        return Error::OutOfRange;
    }
    const auto may = [&what](abi::Permissions permission) { return what.lent.rights.covers(permission); };
    object::AddressSpace& space = space_of(call);
    const auto mapping =
        base::RefPtr<object::MappingUse>::adopt(*TRY(process_objects().mappings.make(space.budget(), space)));
    const VirtualAddress start = TRY(space.map(
        {.object = *what.memory,
         .first_page = wanted.offset / base::kPageSize,
         .size = Bytes{wanted.bytes},
         .access = access,
         .attributes = {.rights = {.write = may(abi::kWrite), .execute = may(abi::kExecute)}, .cache = what.cache},
         .placement = wanted.address == 0 ? address_space::Placement::Anywhere : address_space::Placement::Fixed,
         .address = VirtualAddress{wanted.address},
         .use = mapping}));
    Mapping::of(*mapping).set_range(start, Bytes{wanted.bytes});
    TRY(hang_below(what.lent.slot, Mapping::of(*mapping)));
    answer.give(std::array{start.value()});
    return Progress::Done;
}

Result<Progress> unmap(const Invocation& call, Answer&) {
    const auto range = call.arguments<abi::RangeArguments>();
    return begin_operation(
        call,
        [&](Operation& operation) {
            return space_of(call).unmap(VirtualAddress{range.address}, Bytes{range.bytes}, operation.flush());
        },
        tell_bytes);
}

Result<Progress> protect(const Invocation& call, Answer&) {
    const auto range = call.arguments<abi::ProtectArguments>();
    const Access access = TRY(access_of(range.access));
    return begin_operation(
        call,
        [&](Operation& operation) {
            return space_of(call).protect(VirtualAddress{range.address}, Bytes{range.bytes}, access, operation.flush());
        },
        tell_bytes);
}

} // namespace kernel::process
