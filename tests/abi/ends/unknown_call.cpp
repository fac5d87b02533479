// Makes a call that the kernel does not have.
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock*, abi::RingHeader*, const void*) {
    base::u64 number = 99;
    // SAFETY: the kernel ends the program at this instruction.
    asm volatile("syscall" : "+a"(number) : : "rcx", "r11", "memory", "cc");
    sdk::runtime::exit(0);
}
