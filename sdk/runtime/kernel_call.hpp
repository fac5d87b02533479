/// The three calls of the kernel, abi/call.hpp.
#pragma once

#include <string_view>

#include "abi/call.hpp"
#include "abi/error.hpp"
#include "base/types.hpp"

namespace sdk::runtime {

/// Has at most `count` submissions consumed, and waits until `wanted` completions are there or `deadline` passes (0:
/// never). Answers how many were consumed: fewer than asked means call again.
inline base::u64 submit(base::u64 count, base::u64 wanted, base::u64 deadline = 0) {
    auto answer = static_cast<base::u64>(abi::CallNumber::Submit);
    // SAFETY: the kernel writes to the ring alone, whose words are read as shared ones.
    asm volatile("syscall"
                 : "+a"(answer), "+D"(count), "+S"(wanted), "+d"(deadline)
                 :
                 : "rcx", "r8", "r9", "r10", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
                   "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    return answer;
}

/// Writes `piece` to the debug console. AccessDenied: this program may not; InvalidArgument: it is too long;
/// WouldBlock: it has written as much as it may in this second.
abi::Error try_debug_write(std::string_view piece);

/// Writes `text` there, if this program may, however long it takes.
void debug_write(std::string_view text);

/// Ends the program.
[[noreturn]] void exit(base::u64 code);

} // namespace sdk::runtime
