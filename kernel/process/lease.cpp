#include "kernel/process/lease.hpp"

#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/holder.hpp"
#include "kernel/process/lease_in_use.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/ring.hpp"

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

u64 bytes_of(const LeaseRange& range) { return range.length_and_access & abi::kLeaseLength; }

bool is_token(SlotWord word) { return word.handle().is_in_space() && word.handle().is_reply_token(); }

Result<void> check_range(const LeaseRange& range) {
    constexpr u64 kUses = abi::kLeaseRead | abi::kLeaseWrite;
    const u64 access = access_of(range);
    const u64 bytes = bytes_of(range);
    if (bytes == 0 || (access & kUses) == 0 || (access & ~(kUses | abi::kLeaseMap | abi::kLeasePin)) != 0) {
        return Error::InvalidArgument;
    }
    if (!is_fixed(range)) {
        return {};
    }
    const bool is_whole = range.offset % base::kPageSize == 0 && bytes % base::kPageSize == 0;
    const bool may_be_mapped = (access & abi::kLeaseMap) == 0 || (access & abi::kLeaseRead) != 0;
    return is_whole && may_be_mapped && bytes <= abi::kMostFixedLease ? Result<void>{} : Error::InvalidArgument;
}

/// What a token's server lends on.
Result<LeaseInUse> resolve_lent_on(Submitter& submitter, SlotWord word, const LeaseRange& range) {
    const u64 index = (access_of(range) & abi::kLeaseOfSecond) != 0 ? 1 : 0;
    auto outer = TRY(LeaseInUse::take(submitter.process, word.handle(), index, submitter.hand_over));
    const LeaseRange within{.offset = range.offset,
                            .length_and_access =
                                range.length_and_access & ~(abi::kLeaseOfSecond << abi::kLeaseAccessShift)};
    if ((access_of(within) & ~access_of(outer->range)) != 0 || !word.permissions().covers(permissions_of(range))) {
        return Error::AccessDenied;
    }
    TRY(check_range(within));
    if (!is_fixed(within)) {
        return Error::InvalidArgument;
    }
    const u64 length = bytes_of(outer->range);
    const bool is_within = range.offset <= length && bytes_of(range) <= length - range.offset;
    return is_within ? Result<LeaseInUse>{std::move(outer)} : Error::OutOfRange;
}

Result<void> check_lease(Submitter& submitter, SlotWord word, const LeaseRange& range) {
    if (is_token(word)) {
        TRY(resolve_lent_on(submitter, word, range));
        return {};
    }
    const abi::Permissions needs = permissions_of(range);
    const Lent lent = TRY(resolve_lent(submitter.process, word, abi::ObjectKind::Memory, needs));
    TRY(check_range(range));
    const u64 bytes = bytes_of(range);
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

bool is_fixed(const LeaseRange& range) { return (access_of(range) & (abi::kLeaseMap | abi::kLeasePin)) != 0; }

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

Result<void> check_leases(Submitter& submitter, const Call& call, usize leases) {
    if (leases > abi::kEntryLeases || call.length + leases * sizeof(LeaseRange) > abi::kPayloadBytes) {
        return Error::InvalidArgument;
    }
    for (usize index = 0; index < leases; ++index) {
        TRY(check_lease(submitter, word_of_lease(call, index), range_of_lease(call, index)));
    }
    return {};
}

Result<void> hang_lease(FixedLease& lease, Submitter& submitter, SlotWord word, const LeaseRange& range) {
    const u64 first = range.offset / base::kPageSize;
    const u64 count = bytes_of(range) / base::kPageSize;
    if (is_token(word)) {
        const auto outer = TRY(resolve_lent_on(submitter, word, range));
        const u64 index = (access_of(range) & abi::kLeaseOfSecond) != 0 ? 1 : 0;
        const FixedLease::Range& within = outer->fixed->at(index).range();
        const u64 access = access_of(range) & ~abi::kLeaseOfSecond;
        return lease.set({within.memory, within.first + first, count, access}, *outer->fixed);
    }
    const Lent lent = TRY(resolve_lent(submitter.process, word, abi::ObjectKind::Memory, permissions_of(range)));
    const auto& memory = static_cast<MemoryObject&>(lent.slot.target()).held();
    return lease.set({memory, first, count, access_of(range)}, lent.slot);
}

} // namespace kernel::process
