/// The stacks of one processor: the kernel's, and one for each kind of exception that must not use it. Each begins with
/// a page that stays unmapped, so that running over it is a page fault and no silent damage.
#pragma once

#include <cstddef>

#include "base/address.hpp"
#include "base/types.hpp"

extern "C" {
/// The block of the processor that booted, in the image; the sizes are known to boot/long_mode.S.
extern std::byte boot_stacks[];
extern std::byte boot_stack_top[];
extern std::byte boot_stacks_end[];
}

namespace kernel::arch::x86_64 {

/// Where things lie in a block that begins at `start`.
class StackBlock {
  public:
    static constexpr base::u64 kGuardBytes = 4096;
    static constexpr base::u64 kKernelBytes = 16384;
    static constexpr base::u64 kInterruptBytes = 8192;
    static constexpr base::usize kInterruptStacks = 4;
    static constexpr base::u64 kBytes = kGuardBytes + kKernelBytes + kInterruptStacks * (kGuardBytes + kInterruptBytes);
    /// At the top of each interrupt stack: the address of its processor's area. Entry code finds it there, because
    /// after an NMI nothing else says whose stack this is.
    static constexpr base::u64 kOwnerBytes = 16;

    constexpr explicit StackBlock(base::u64 start) : start_(start) {}

    /// Of the processor that booted.
    static StackBlock boot() { return StackBlock(base::address_of(boot_stacks)); }

    [[nodiscard]] constexpr base::u64 start() const { return start_; }

    /// Whether the page at `offset` bytes from the start is one of the guards.
    static constexpr bool is_guard(base::u64 offset) {
        if (offset < kGuardBytes) {
            return true;
        }
        const base::u64 beyond = offset - kGuardBytes - kKernelBytes;
        return offset >= kGuardBytes + kKernelBytes && beyond < kInterruptStacks * (kGuardBytes + kInterruptBytes) &&
               beyond % (kGuardBytes + kInterruptBytes) < kGuardBytes;
    }

    [[nodiscard]] constexpr base::u64 kernel_top() const { return start_ + kGuardBytes + kKernelBytes; }

    /// Where interrupt stack `number`, 1 to kInterruptStacks, begins to grow down from: below its owner's address.
    [[nodiscard]] constexpr base::u64 interrupt_top(base::usize number) const {
        return kernel_top() + number * (kGuardBytes + kInterruptBytes) - kOwnerBytes;
    }

    /// Whether the eight bytes at `address` are mapped here.
    [[nodiscard]] constexpr bool is_readable(base::u64 address) const {
        return address >= start_ && address - start_ < kBytes && address % sizeof(base::u64) == 0 &&
               !is_guard(address - start_);
    }

  private:
    base::u64 start_;
};

} // namespace kernel::arch::x86_64
