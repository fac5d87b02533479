/// What stands between a function's buffers and its return address.
#pragma once

#include "abi/start.hpp"
#include "base/types.hpp"

namespace sdk::runtime {

/// Of a program that begins with `block`. Its first byte is zero: what overflows with text cannot write it.
constexpr base::u64 canary_of(const abi::RootBlock& block) { return block.random[0] & ~base::u64{0xff}; }

/// This program's.
[[nodiscard]] base::u64 canary();

} // namespace sdk::runtime
