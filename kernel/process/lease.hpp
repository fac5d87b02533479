/// Ranges of a Memory that a call lends.
#pragma once

#include "abi/slot_word.hpp"
#include "base/result.hpp"
#include "kernel/process/call.hpp"
#include "kernel/process/invocation.hpp"

namespace kernel::process {

/// Whether what `call` has in `slot` and `payload` is right in all that lends, `leases` words: BadHandle and so on as
/// of resolve(), AccessDenied: more access than the word's permissions, InvalidArgument: too many, no length, an
/// unknown access, or no place for the range behind the payload; OutOfRange: not in what the capability shows.
base::Result<void> check_leases(const Process& sender, const Call& call, base::usize leases);

/// The word that lends lease `index` of `call`, which it has.
abi::SlotWord word_of_lease(const Call& call, base::u64 index);

/// What that lends.
abi::LeaseRange range_of_lease(const Call& call, base::u64 index);

/// What may be done to a lease that allows `range`.
abi::Permissions permissions_of(const abi::LeaseRange& range);

} // namespace kernel::process
