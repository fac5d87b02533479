// Counts the longest stretch of instructions in which a processor takes no interrupt, and prints it when the machine
// ends, with samples of where it was.
#include <algorithm>
#include <array>
#include <cstdio>
#include <span>

#include "tests/bench/costs/instructions.hpp"
#include "tests/bench/costs/plugin_interface.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: QEMU hands back the pointers that it was given.

int qemu_plugin_version = 1;

namespace {

constexpr unsigned kProcessors = 64;
/// Of a stretch, a place is kept for each so many instructions.
constexpr unsigned long kSampleGap = 1000;
/// kernel.longest_off of targets.tsv.
constexpr unsigned long kTarget = 20'000;

struct Stretch {
    unsigned long length = 0;
    std::array<std::uint64_t, 96> samples{};

    void add(unsigned long count, std::uint64_t address) {
        const unsigned long sample = length / kSampleGap;
        if (length == 0 || (length + count) / kSampleGap != sample) {
            samples.at(std::min(sample, samples.size() - 1)) = address;
        }
        length += count;
    }
};

/// Firmware and what starts a processor run below.
constexpr std::uint64_t kLowestProgram = std::uint64_t{1} << 32;

/// Whether the first program runs: before, the kernel boots.
constinit bool has_begun = false;
constinit std::array<Stretch, kProcessors> stretches{};
constinit Stretch longest{};
constinit unsigned long above_target = 0;

/// Interrupts can come.
void on_window(unsigned cpu, void*) {
    Stretch& stretch = stretches.at(cpu);
    if (has_begun) {
        above_target += stretch.length > kTarget ? 1 : 0;
        if (stretch.length > longest.length) {
            longest = stretch;
        }
    }
    stretch.length = 0;
}

void on_program_block(unsigned cpu, void*) {
    if (!has_begun) {
        for (Stretch& stretch : stretches) {
            stretch.length = 0;
        }
        has_begun = true;
    }
    on_window(cpu, nullptr);
}

/// The address of a block and how many instructions it has, in a word that QEMU keeps for us. Addresses of the kernel
/// begin with ones.
constexpr unsigned kCountBits = 12;

void* block_word(std::uint64_t address, std::size_t count) {
    return reinterpret_cast<void*>(address << kCountBits | count);
}

void on_kernel_block(unsigned cpu, void* data) {
    const auto word = reinterpret_cast<std::uint64_t>(data);
    const std::uint64_t address = ~(~std::uint64_t{0} >> kCountBits) | word >> kCountBits;
    stretches.at(cpu).add(word & ((1U << kCountBits) - 1), address);
}

/// STI, HLT, IRETQ and SYSRETQ: where the last two go, interrupts are on, and one may come before anything runs there.
/// Each ends the block that it is in.
bool lets_interrupts_in(const PluginInstruction& instruction) {
    constexpr std::array<std::uint8_t, 2> kInterruptReturn{0x48, 0xcf};
    constexpr std::array<std::uint8_t, 3> kCallReturn{0x48, 0x0f, 0x07};
    const tests::bench::Bytes bytes = tests::bench::bytes_of(instruction);
    return (bytes.size() == 1 && (bytes[0] == 0xfb || bytes[0] == 0xf4)) ||
           std::ranges::equal(bytes, kInterruptReturn) || std::ranges::equal(bytes, kCallReturn);
}

void on_translated(PluginId, PluginBlock* block) {
    const std::uint64_t address = qemu_plugin_tb_vaddr(block);
    if (address < tests::bench::kUpperHalf) {
        qemu_plugin_register_vcpu_tb_exec_cb(block, address < kLowestProgram ? on_window : on_program_block,
                                             PluginRegisters::None, nullptr);
        return;
    }
    const std::size_t count = qemu_plugin_tb_n_insns(block);
    qemu_plugin_register_vcpu_tb_exec_cb(block, on_kernel_block, PluginRegisters::None, block_word(address, count));
    PluginInstruction* const last = qemu_plugin_tb_get_insn(block, count - 1);
    if (lets_interrupts_in(*last)) {
        qemu_plugin_register_vcpu_insn_exec_cb(last, on_window, PluginRegisters::None, nullptr);
    }
}

void on_exit(PluginId, void*) {
    std::printf(
        "\nFIGURE kernel.longest_off %lu insn\n%lu stretches above %lu; each %lu instructions of the longest:\n",
        longest.length, above_target, kTarget, kSampleGap);
    const auto count = std::min(longest.length / kSampleGap + 1, longest.samples.size());
    for (const std::uint64_t sample : std::span(longest.samples).first(count)) {
        std::printf("  %#lx\n", sample);
    }
    std::fflush(stdout);
}

} // namespace

int qemu_plugin_install(PluginId id, const PluginMachine*, int, char**) {
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
    qemu_plugin_register_atexit_cb(id, on_exit, nullptr);
    return 0;
}

#pragma clang unsafe_buffer_usage end
