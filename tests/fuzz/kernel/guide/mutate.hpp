/// From inputs to others that are a little different.
#pragma once

#include <vector>

#include "tests/fuzz/kernel/guide/random.hpp"
#include "tests/fuzz/kernel/input.hpp"

namespace tests::fuzz {

using Bytes = std::vector<std::byte>;

/// A child of `parent`, with something of `other` perhaps. Never empty, never longer than an input can be.
Bytes mutate(const Bytes& parent, const Bytes& other, Random& random);

} // namespace tests::fuzz
