/// The inputs that the boot bundle brings.
#pragma once

#include <span>

#include "tests/abi/calls.hpp"

namespace tests::fuzz {

/// The bundle's file `inputs`, mapped for as long as the program lives; empty: there is none.
std::span<const std::byte> map_inputs(tests::abi::Calls& calls);

} // namespace tests::fuzz
