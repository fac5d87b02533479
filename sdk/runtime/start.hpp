/// A program's first function.
#pragma once

#include "abi/ring.hpp"
#include "abi/start.hpp"
#include "base/types.hpp"

/// Defined by the program, in the order of abi/start.hpp; the kernel jumps here.
extern "C" [[noreturn]] void start_program(base::u64 process, base::u64 ring, base::u64 component,
                                           const abi::RootBlock* block, abi::RingHeader* header, const void* clock);
