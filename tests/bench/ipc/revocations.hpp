/// What taking capabilities back costs.
#pragma once

#include "tests/bench/ipc/caller.hpp"

namespace tests::bench {

inline constexpr base::u64 kDescendants = 10'000;

/// A capability to an Event with kDescendants descendants over a hundred processes, at depths from 1 to 100.
abi::Handle spread(Caller& caller);

/// Takes them back.
void revoke(Caller& caller, abi::Handle top);

} // namespace tests::bench
