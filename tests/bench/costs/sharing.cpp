// Counts, between the first mark of a round and the first mark of the end, what processors have to do with each other:
// writes to lines of memory that more than one touches, messages, and waits for locks. Prints them as figures a round,
// once for each end.
#include <array>
#include <bit>
#include <cstdio>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/bench/costs/instructions.hpp"
#include "tests/bench/costs/markers.hpp"
#include "tests/bench/costs/plugin_interface.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: QEMU hands back the pointers that it was given.

int qemu_plugin_version = 1;

namespace {

using tests::bench::Bytes;

/// Of tests/bench/machine, in the order in which they end.
constexpr std::array kPhases{"ipc.pairs", "ipc.across.asleep", "ipc.across.running"};

constexpr unsigned kLineBits = 6;
/// Where an xAPIC is told to interrupt another processor, [intel/vol3] 11.6.1. The emulator has no x2APIC.
constexpr std::uint64_t kSendMessage = 0xfee0'0300;

/// 64 bytes of memory.
struct Line {
    std::uint64_t users = 0; ///< a bit for each processor
    unsigned long writes = 0;
    std::uint64_t last_writer = 0; ///< address of the instruction
};

struct Counting {
    bool may_begin = false; ///< not after the first end, when others still go on with their rounds
    bool is_on = false;
    unsigned long rounds = 0;
    unsigned long messages = 0;
    unsigned long waits = 0;
    std::unordered_map<std::uint64_t, Line> lines{};
};

/// The emulator runs one processor at a time.
Counting counting;
std::size_t phase = 0;

bool is_shared(const Line& line) { return std::popcount(line.users) > 1 && line.writes != 0; }

/// Rounded up: nothing that happened once is none.
void print_figure(const char* name, unsigned long count) {
    const unsigned long thousandths = (count * 1000 + counting.rounds - 1) / counting.rounds;
    std::printf("FIGURE %s.%s %lu thousandths\n", kPhases.at(phase), name, thousandths);
}

void print_figures() {
    unsigned long shared = 0;
    for (const auto& [number, line] : counting.lines) {
        shared += is_shared(line) ? line.writes : 0;
    }
    std::printf("\n");
    print_figure("shared_writes", shared);
    print_figure("waits", counting.waits);
    print_figure("messages", counting.messages);
    for (const auto& [number, line] : counting.lines) {
        if (is_shared(line)) {
            std::printf("  %#lx wrote line %#lx, and others like it: %lu times\n", line.last_writer,
                        number << kLineBits, line.writes);
        }
    }
    std::fflush(stdout);
}

void on_access(unsigned cpu, PluginAccess info, std::uint64_t address, void* instruction) {
    const PluginAddress* const place = counting.is_on ? qemu_plugin_get_hwaddr(info, address) : nullptr;
    if (place == nullptr) {
        return;
    }
    const std::uint64_t physical = qemu_plugin_hwaddr_phys_addr(place);
    const bool is_write = qemu_plugin_mem_is_store(info);
    if (qemu_plugin_hwaddr_is_io(place)) {
        counting.messages += is_write && physical == kSendMessage ? 1 : 0;
        return;
    }
    Line& line = counting.lines[physical >> kLineBits];
    line.users |= std::uint64_t{1} << cpu;
    if (is_write) {
        ++line.writes;
        line.last_writer = reinterpret_cast<std::uint64_t>(instruction);
    }
}

void on_wait(unsigned, void*) { counting.waits += counting.is_on ? 1 : 0; }

void on_begin(unsigned, void*) { counting = {.may_begin = true}; }

void on_round(unsigned, void*) {
    counting.is_on = counting.may_begin;
    ++counting.rounds;
}

void on_end(unsigned, void*) {
    if (std::exchange(counting.is_on, false) && phase < kPhases.size()) {
        print_figures();
        counting.may_begin = false;
        ++phase;
    }
}

/// The kernel's locks are waited for with it.
bool is_pause(Bytes bytes) { return bytes.size() == 2 && bytes[0] == 0xf3 && bytes[1] == 0x90; }

using Callback = void (*)(unsigned, void*);

/// What is called before an instruction at `place`; null: nothing.
Callback callback_for(Bytes bytes, std::uint64_t place) {
    constexpr std::array<std::pair<std::uint32_t, Callback>, 3> kMarks{
        {{tests::bench::kBeginMark, on_begin}, {tests::bench::kRoundMark, on_round}, {tests::bench::kEndMark, on_end}}};
    for (const auto& [mark, callback] : kMarks) {
        if (tests::bench::is_mark(bytes, mark)) {
            return callback;
        }
    }
    return place >= tests::bench::kUpperHalf && is_pause(bytes) ? on_wait : nullptr;
}

void on_translated(PluginId, PluginBlock* block) {
    const std::size_t count = qemu_plugin_tb_n_insns(block);
    for (std::size_t i = 0; i < count; ++i) {
        PluginInstruction* const at = qemu_plugin_tb_get_insn(block, i);
        const std::uint64_t place = qemu_plugin_insn_vaddr(at);
        qemu_plugin_register_vcpu_mem_cb(at, on_access, PluginRegisters::None, PluginDirection::Both,
                                         reinterpret_cast<void*>(place));
        if (const Callback callback = callback_for(tests::bench::bytes_of(*at), place); callback != nullptr) {
            qemu_plugin_register_vcpu_insn_exec_cb(at, callback, PluginRegisters::None, nullptr);
        }
    }
}

} // namespace

int qemu_plugin_install(PluginId id, const PluginMachine*, int, char**) {
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
    return 0;
}

#pragma clang unsafe_buffer_usage end
