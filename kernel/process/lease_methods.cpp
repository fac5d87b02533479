// Copies out of and into what calls lend, and where it is shown.
#include "abi/arguments.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/lease.hpp"
#include "kernel/process/lease_in_use.hpp"
#include "kernel/process/memory_copy.hpp"
#include "kernel/process/methods.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u64;

namespace {

/// Whether [offset, offset + bytes) lies in what is lent.
bool is_lent(const abi::LeaseRange& range, u64 offset, u64 bytes) {
    const u64 length = range.length_and_access & abi::kLeaseLength;
    return offset <= length && bytes <= length - offset;
}

} // namespace

Result<Progress> copy_lent(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::CopyLentArguments>();
    const bool is_into_lease = (wanted.lease & abi::kCopyToLease) != 0;
    const abi::Permissions own_needs = is_into_lease ? abi::kRead : abi::kWrite;
    const Lent own = TRY(resolve_lent(call.process, call.slot_word(0), abi::ObjectKind::Memory, own_needs));
    const u64 index = wanted.lease & ~abi::kCopyToLease;
    const auto in_use = TRY(LeaseInUse::take(call.process, abi::Handle{wanted.token}, index, call.submitter.hand_over));
    const auto& [caller, word, range, fixed] = *in_use;
    const abi::Permissions needs = is_into_lease ? abi::kWrite : abi::kRead;
    if (!permissions_of(range).covers(needs)) {
        return Error::AccessDenied;
    }
    if (!is_lent(range, wanted.lease_offset, wanted.bytes)) {
        return Error::OutOfRange;
    }
    const MemoryRange ours{*static_cast<MemoryObject&>(own.slot.target()), own.slot.qualifier(), wanted.offset};
    const auto copy = [&](const MemoryRange& theirs) {
        return is_into_lease ? begin_copy(call, theirs, ours, wanted.bytes)
                             : begin_copy(call, ours, theirs, wanted.bytes);
    };
    if (is_fixed(range)) {
        const FixedLease::Range& lent = fixed->at(index).range();
        return copy({*lent.memory, kWholeMemory, lent.first * base::kPageSize + wanted.lease_offset});
    }
    // What the caller lost since has taken the lease with it.
    const Lent lent = TRY(resolve_lent(caller->process(), word, abi::ObjectKind::Memory, needs));
    return copy(
        {*static_cast<MemoryObject&>(lent.slot.target()), lent.slot.qualifier(), range.offset + wanted.lease_offset});
}

Result<Progress> map_lent(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::MapLentArguments>();
    const Lent own = TRY(resolve_lent(call.process, call.slot_word(0), abi::ObjectKind::Memory, abi::kWrite));
    const auto in_use =
        TRY(LeaseInUse::take(call.process, abi::Handle{wanted.token}, wanted.lease, call.submitter.hand_over));
    const u64 access = in_use->range.length_and_access >> abi::kLeaseAccessShift;
    if ((access & abi::kLeaseMap) == 0) {
        return Error::AccessDenied;
    }
    FixedLease& lease = in_use->fixed->at(wanted.lease);
    const u64 bytes = lease.range().count * base::kPageSize;
    if (wanted.offset % base::kPageSize != 0) {
        return Error::InvalidArgument;
    }
    if (!is_shown(own.slot.qualifier(), wanted.offset, bytes)) {
        return Error::OutOfRange;
    }
    return begin_operation(
        call,
        [&](Operation& operation) { return lease.show(own.slot, wanted.offset / base::kPageSize, operation.sweep()); },
        [](Answer& answer, u64 shown) { answer.give(std::array{shown}); });
}

} // namespace kernel::process
