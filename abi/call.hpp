/// How a thread enters the kernel: SYSCALL with the call's number in RAX and arguments in RDI, RSI, RDX, R10, R8, R9.
/// It preserves what a function preserves; RAX is the answer, all other registers are zero.
#pragma once

#include "abi/types.hpp"

namespace abi {

/// The low byte of RAX.
enum class CallNumber : u8 {
    Submit,     ///< RDI: how many entries at most, RSI: completions to wait for, RDX: until when; answers how many
    DebugWrite, ///< RAX bits 8 to 15: how many bytes; they are in the argument registers, eight each
    Exit,       ///< RDI: the process's code
};

/// Of DebugWrite, at most.
inline constexpr u64 kDebugWriteBytes = 48;

/// What a process may write so in a second. Beyond: WouldBlock, and nothing of the text is shown.
inline constexpr u64 kDebugBytesPerSecond = 4096;

inline constexpr unsigned kDebugLengthShift = 8;

} // namespace abi
