/// What a program finds at its first instruction: RDI own Process, RSI own Ring, RDX server end of its Component
/// channel or 0, RCX start block, R8 ring header, R9 clock page, RAX kVersion; RSP is aligned to 16 less 8; all else is
/// zero.
#pragma once

#include <array>

#include "abi/object_kind.hpp"
#include "abi/types.hpp"

namespace abi {

/// What the kernel's first program holds: the roots of all authority.
struct RootBlock {
    static constexpr u64 kMagic = 0x746f'6f72'7373'6574; // "tessroot"

    u64 magic;
    u32 version;
    u32 count; ///< of `handles`
    /// By object kind; 0: none.
    std::array<u64, kObjectKinds> handles;
    u32 ring_submissions;
    u32 ring_completions;
    u32 ring_window;
    u32 zero;
    std::array<u64, 2> random; ///< for the program alone: for its canary, and a seed
};

static_assert(sizeof(RootBlock) == 40 + sizeof(u64) * kObjectKinds + 8);

} // namespace abi
