// Writes which blocks of the kernel each input has executed first: a line for each, the input's number, then each
// block's distance from the kernel's first one and its length in bytes. QEMU translates a block when it is executed
// first, so that nothing is asked of those that are executed again.
#include <cinttypes>
#include <cstdio>
#include <string_view>
#include <unordered_set>

#include "tests/bench/costs/instructions.hpp"
#include "tests/bench/costs/markers.hpp"
#include "tests/bench/costs/plugin_interface.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: QEMU tells words and their number apart, and hands back the pointers that it was given.

int qemu_plugin_version = 1;

namespace {

struct Recording {
    std::FILE* file = nullptr;
    unsigned long input = 0; ///< 0: before the first one
    std::uint64_t first = 0; ///< where the kernel begins in this boot
    std::unordered_set<std::uint64_t> starts{};
};

/// QEMU translates one block at a time.
Recording recording;

/// Whoever reads it knows which input was begun last, however this ends.
void begin_line() {
    std::fprintf(recording.file, "\n%lu", recording.input);
    std::fflush(recording.file);
}

void on_input(unsigned, void*) {
    ++recording.input;
    begin_line();
}

void on_end(unsigned, void*) {
    recording.input = 0;
    begin_line();
}

std::uint64_t length_of(const PluginBlock* block, std::uint64_t start) {
    const PluginInstruction* const last = qemu_plugin_tb_get_insn(block, qemu_plugin_tb_n_insns(block) - 1);
    return qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last) - start;
}

void note_kernel_block(const PluginBlock* block, std::uint64_t start) {
    recording.first = recording.first == 0 ? start : recording.first;
    if (recording.starts.insert(start).second) {
        std::fprintf(recording.file, " %" PRIx64 "+%" PRIx64, start - recording.first, length_of(block, start));
    }
}

void look_for_marks(const PluginBlock* block) {
    for (std::size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
        PluginInstruction* const at = qemu_plugin_tb_get_insn(block, i);
        const tests::bench::Bytes bytes = tests::bench::bytes_of(*at);
        if (tests::bench::is_mark(bytes, tests::bench::kRoundMark)) {
            qemu_plugin_register_vcpu_insn_exec_cb(at, on_input, PluginRegisters::None, nullptr);
        } else if (tests::bench::is_mark(bytes, tests::bench::kEndMark)) {
            qemu_plugin_register_vcpu_insn_exec_cb(at, on_end, PluginRegisters::None, nullptr);
        }
    }
}

void on_translated(PluginId, PluginBlock* block) {
    const std::uint64_t start = qemu_plugin_tb_vaddr(block);
    if (start >= tests::bench::kUpperHalf) {
        note_kernel_block(block, start);
    } else {
        look_for_marks(block);
    }
}

void on_exit(PluginId, void*) { std::fclose(recording.file); }

} // namespace

int qemu_plugin_install(PluginId id, const PluginMachine*, int count, char** arguments) {
    constexpr std::string_view kFile = "to=";
    const std::string_view word = count == 1 ? arguments[0] : "";
    recording.file = word.starts_with(kFile) ? std::fopen(arguments[0] + kFile.size(), "w") : nullptr;
    if (recording.file == nullptr) {
        std::fprintf(stderr, "coverage: to=PATH must name a file that can be written\n");
        return 1;
    }
    std::fprintf(recording.file, "0");
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
    qemu_plugin_register_atexit_cb(id, on_exit, nullptr);
    return 0;
}

#pragma clang unsafe_buffer_usage end
