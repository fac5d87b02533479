#include "kernel/process/lease.hpp"

#include "kernel/process/holder.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

using abi::LeaseRange;
using abi::SlotMode;
using abi::SlotWord;
using base::Error;
using base::Result;
using base::u64;
using base::usize;

namespace {

u64 access_of(const LeaseRange& range) { return range.length_and_access >> abi::kLeaseAccessShift; }

Result<void> check_lease(const Process& sender, SlotWord word, const LeaseRange& range) {
    const abi::Permissions needs = permissions_of(range);
    const Lent lent = TRY(resolve_lent(sender, word, abi::ObjectKind::Memory, needs));
    const u64 bytes = range.length_and_access & abi::kLeaseLength;
    const u64 access = access_of(range);
    if (bytes == 0 || access == 0 || (access & ~(abi::kLeaseRead | abi::kLeaseWrite)) != 0) {
        return Error::InvalidArgument;
    }
    if (range.offset > ~u64{0} - bytes) {
        return Error::OutOfRange;
    }
    return is_shown(lent.slot.qualifier(), range.offset, bytes) ? Result<void>{} : Result<void>{Error::OutOfRange};
}

} // namespace

abi::Permissions permissions_of(const LeaseRange& range) {
    const u64 access = access_of(range);
    return ((access & abi::kLeaseRead) != 0 ? abi::kRead : abi::Permissions{}) |
           ((access & abi::kLeaseWrite) != 0 ? abi::kWrite : abi::Permissions{});
}

SlotWord word_of_lease(const Call& call, u64 index) {
    usize place = 0;
    for (; SlotWord{call.slot.at(place)}.mode() != SlotMode::Lend || index-- != 0; ++place) {
    }
    return SlotWord{call.slot.at(place)};
}

LeaseRange range_of_lease(const Call& call, u64 index) {
    const usize word = abi::kPayloadBytes / sizeof(u64) - (index + 1) * (sizeof(LeaseRange) / sizeof(u64));
    return {.offset = ring::load_word(call.payload, word),
            .length_and_access = ring::load_word(call.payload, word + 1)};
}

Result<void> check_leases(const Process& sender, const Call& call, usize leases) {
    if (leases > abi::kEntryLeases || call.length + leases * sizeof(LeaseRange) > abi::kPayloadBytes) {
        return Error::InvalidArgument;
    }
    for (usize index = 0; index < leases; ++index) {
        TRY(check_lease(sender, word_of_lease(call, index), range_of_lease(call, index)));
    }
    return {};
}

} // namespace kernel::process
