/// What exception_stubs.S leaves on the stack: the registers of the interrupted code.
#pragma once

#include "base/format.hpp"
#include "base/types.hpp"

namespace kernel::arch::x86_64 {

struct TrapFrame {
    base::u64 r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
    base::u64 vector;
    base::u64 error_code;
    base::u64 rip, cs, rflags, rsp, ss;

    [[nodiscard]] bool from_user() const { return (cs & 3) != 0; }

    /// Prints the registers, with the control registers as they are now, four to a line.
    void print(base::TextSink& sink) const;
    /// Prints what happened, in words: the vector's name and what its error code says.
    void describe(base::TextSink& sink) const;
};

} // namespace kernel::arch::x86_64
