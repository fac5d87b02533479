#include <algorithm>

#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/x86_64.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u64;

/// How long an exit to the hypervisor, or a flush of the pipeline, took: its low bits are anybody's guess.
u64 counter_jitter() {
    u64 sum = 0;
    for (int i = 0; i < 8; ++i) {
        const u64 before = Cpu::read_cycle_counter();
        static_cast<void>(Cpu::cpuid(0));
        sum = (sum << 8 | sum >> 56) ^ (Cpu::read_cycle_counter() - before);
    }
    return sum ^ Cpu::read_cycle_counter();
}

u64 from_processor() {
    constexpr int kAttempts = 16; // [intel/sdm1] 7.3.17
    u64 value = 0;
    for (int i = 0; i < kAttempts; ++i) {
        if ((Cpu::has_seed_instruction() && Cpu::read_seed(value)) ||
            (Cpu::has_random_instruction() && Cpu::read_random(value))) {
            return value;
        }
    }
    return 0;
}

} // namespace

void X86_64::gather_entropy(std::span<u64, kEntropyWords> words) {
    std::ranges::generate(words.first<kEntropyWords / 2>(), from_processor);
    std::ranges::generate(words.last<kEntropyWords / 2>(), counter_jitter);
    words.back() ^= boot_cpu.stack_canary; // drawn before the image had its place
}

} // namespace kernel::arch::x86_64
