/// What a processor holds for one thread of user code.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <span>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "kernel/arch/user_fault.hpp"
#include "kernel/arch/x86_64/trap_frame.hpp"
#include "kernel/arch/x86_64/user/vector_state.hpp"

namespace kernel::arch::x86_64 {

/// Where a thread's code begins, with the arguments of a function, [psabi] 3.2.3.
struct UserEntry {
    base::VirtualAddress code;
    base::VirtualAddress stack; ///< it grows down from here
    base::u64 first = 0;
    base::u64 second = 0;
    base::u64 third = 0;
    base::u64 fourth = 0;
    base::u64 fifth = 0;
    base::u64 sixth = 0;
};

/// A call of the kernel by user code.
struct UserCall {
    base::u64 number;
    std::array<base::u64, 6> arguments;
};

/// What others may see and set of a thread that does not run.
struct GeneralRegisters {
    base::u64 rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
    base::u64 rsp, rip, rflags, fs_base, gs_base;
};

/// Stays where it was made: the processor itself writes into it. Used by the processor that runs the thread, with
/// interrupts off; while the thread does not run, by whoever owns it.
class UserContext {
  public:
    /// `vectors`: memory for VectorState, all zeros, aligned to VectorState::kAlignment.
    explicit UserContext(std::span<std::byte> vectors) : vectors_(vectors) {}

    UserContext(const UserContext&) = delete;
    UserContext& operator=(const UserContext&) = delete;

    /// The thread begins anew: all registers in their initial state but those that `entry` names. InvalidArgument if
    /// the code lies where no user code can.
    base::Result<void> set_entry(const UserEntry& entry);

    [[nodiscard]] const TrapFrame& frame() const { return frame_; }

    [[nodiscard]] TrapFrame& frame() { return frame_; }

    /// While the thread does not run, and is not loaded anywhere.
    [[nodiscard]] GeneralRegisters registers() const;

    /// The same. Of the flags only those that user code can change by itself are taken. InvalidArgument: an instruction
    /// pointer or a base where no user code can be; nothing was changed.
    base::Result<void> set_registers(const GeneralRegisters& registers);

    /// Makes the processor this thread's: FS and GS base, key rights, vector registers, and where a trap stores the
    /// general ones.
    void load();

    /// Puts away what load() loads, before another is loaded: after a fault or an involuntary end of running.
    void save();

    /// Leaves to user code; returns when it traps. It must be the one that was loaded last.
    void run();

    /// What the trap was that ended run(), if it was no interrupt.
    [[nodiscard]] UserFault fault() const;

    [[nodiscard]] bool was_interrupted() const;

    /// Whether it was no trap but a call: SYSCALL.
    [[nodiscard]] bool was_call() const;

    /// What is called, and with what: RAX, then RDI, RSI, RDX, R10, R8, R9.
    [[nodiscard]] UserCall call() const;

    /// The call returns `answer` when the thread goes on. What a function need not preserve, [psabi] 3.2.1, is zero.
    void finish_call(base::u64 answer);

    /// Whether it may go on: the processor may have stored an instruction pointer that it would not load again.
    [[nodiscard]] bool can_go_on() const;

    /// Bits that are not zero when something is to be done before user code goes on: the one word that fast paths look
    /// at.
    std::atomic<base::u64> attention{0};

  private:
    alignas(16) TrapFrame frame_{};
    base::u64 fs_base_ = 0;
    base::u64 gs_base_ = 0;
    base::u32 key_rights_ = 0;
    bool has_saved_vectors_ = false; ///< else they are in their initial state, but for the two below
    VectorControl vector_control_;   ///< of one that was put away in a call
    std::span<std::byte> vectors_;
};

} // namespace kernel::arch::x86_64
