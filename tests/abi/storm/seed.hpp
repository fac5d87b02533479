/// Which entries a storm is made of.
#pragma once

#include "abi/start.hpp"
#include "tests/abi/calls.hpp"

namespace tests::abi::storm {

/// The one that the kernel's command line has, as `storm.seed-0x…`, which the kernel logs as an option that it does not
/// know; else, where the build says so, a random one; else always the same.
u64 choose_seed(Calls& calls, const ::abi::RootBlock& block);

} // namespace tests::abi::storm
