/// The first processor's stacks, which stand in the image. Each begins with a page that is never mapped, so that an
/// overflow faults instead of writing over its neighbour. Order and sizes are those of boot/long_mode.S.
#pragma once

#include "base/address.hpp"
#include "base/types.hpp"
#include "kernel/arch/x86_64/image.hpp"

extern "C" {
extern std::byte boot_stacks[];
extern std::byte boot_stack_top[];
extern std::byte boot_stacks_end[];
}

namespace kernel::arch::x86_64 {

struct BootStacks {
    static constexpr base::u64 kGuardBytes = 4096;
    static constexpr base::u64 kKernelBytes = 16384;
    static constexpr base::u64 kInterruptBytes = 8192;
    static constexpr base::usize kInterruptStacks = 4;

    /// Whether the page at `offset` bytes from boot_stacks is one of the guards.
    static constexpr bool is_guard(base::u64 offset) {
        if (offset < kGuardBytes) {
            return true;
        }
        const base::u64 beyond = offset - kGuardBytes - kKernelBytes;
        return offset >= kGuardBytes + kKernelBytes && beyond < kInterruptStacks * (kGuardBytes + kInterruptBytes) &&
               beyond % (kGuardBytes + kInterruptBytes) < kGuardBytes;
    }

    /// Top of the kernel stack.
    static base::u64 kernel_top() { return base::address_of(boot_stack_top); }

    /// Top of interrupt stack `number`, 1 to kInterruptStacks.
    static base::u64 interrupt_top(base::usize number) {
        return kernel_top() + number * (kGuardBytes + kInterruptBytes);
    }

    /// Whether `address` lies in the range of stacks, guards included.
    static bool contains(base::u64 address) {
        return address >= base::address_of(boot_stacks) && address < base::address_of(boot_stacks_end);
    }
};

} // namespace kernel::arch::x86_64
