/// What the kernel's first program makes for itself, whom nobody launched.
#pragma once

#include "sdk/ring/ring_driver.hpp"
#include "sdk/runtime/start_block.hpp"

namespace sdk {

/// A start block for who was given `root`: it has a heap, the machine's objects under their names (`machine`, `debug`),
/// and neither arguments nor a panic page. In the heap, which is not started yet: its first page. Null: there is no
/// memory.
const runtime::StartBlock* make_first_block(const abi::RootBlock& root, ring::RingDriver& driver);

} // namespace sdk
