/// Ranges of a Memory that a call lends.
#pragma once

#include "abi/slot_word.hpp"
#include "base/result.hpp"
#include "kernel/process/call.hpp"
#include "kernel/process/fixed_lease.hpp"
#include "kernel/process/invocation.hpp"

namespace kernel::process {

/// Whether what `call` of `submitter` has in `slot` and `payload` is right in all that lends, `leases` words: BadHandle
/// and so on as of resolve(), AccessDenied: more access than the word's permissions, or than the lease that is lent on;
/// InvalidArgument: too many, no length, an unknown access, no place for the range behind the payload, or no whole
/// pages where they are mapped or pinned; OutOfRange: not in what the capability or the lease shows.
base::Result<void> check_leases(Submitter& submitter, const Call& call, base::usize leases);

/// The word that lends lease `index` of `call`, which it has.
abi::SlotWord word_of_lease(const Call& call, base::u64 index);

/// What that lends.
abi::LeaseRange range_of_lease(const Call& call, base::u64 index);

/// What may be done to a lease that allows `range`.
abi::Permissions permissions_of(const abi::LeaseRange& range);

/// Whether `range` is mapped or pinned.
bool is_fixed(const abi::LeaseRange& range);

/// Sets `lease` to what `word` and `range`, which were checked, lend so, and hangs it below what they name. Errors as
/// of check_leases().
base::Result<void> hang_lease(FixedLease& lease, Submitter& submitter, abi::SlotWord word,
                              const abi::LeaseRange& range);

} // namespace kernel::process
