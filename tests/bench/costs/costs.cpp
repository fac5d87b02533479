// Counts, between the first mark of a round and the mark of the end, each costly instruction that one processor
// executes, and prints them as figures a round.
#include <array>
#include <cstdio>
#include <cstring>
#include <span>
#include <utility>

#include "tests/bench/costs/instructions.hpp"
#include "tests/bench/costs/markers.hpp"
#include "tests/bench/costs/plugin_interface.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: QEMU tells bytes and their number apart, and hands back the pointers that it was given.

int qemu_plugin_version = 1;

namespace {

using tests::bench::Bytes;
using tests::bench::bytes_of;
using tests::bench::is_mark;

enum class Cost : std::size_t { Entry, Tables, RegisterWrite, VectorSave, Device, None };

constexpr std::array<const char*, static_cast<std::size_t>(Cost::None)> kNames{
    "ipc.call.entries", "ipc.call.tables", "ipc.call.wrmsr", "ipc.call.xsave", "ipc.call.devices"};

/// Of the one processor of the machine: nothing else runs while it does.
struct Counting {
    bool is_on = false;
    unsigned long rounds = 0;
    std::array<unsigned long, kNames.size()> counts{};
};

constinit Counting counting;

/// XSAVE, XSAVEOPT, XSAVEC, XSAVES and FXSAVE, by the byte behind 0F: [intel/vol2]. With a prefix the same bytes are
/// others.
bool saves_vectors(std::uint8_t code, std::uint8_t operand) {
    const unsigned which = operand >> 3 & 7;
    const bool is_memory = operand >> 6 != 3;
    const bool is_first = code == 0xae && (which == 0 || which == 4 || which == 6);
    return is_memory && (is_first || (code == 0xc7 && (which == 4 || which == 5)));
}

Cost cost_of(Bytes bytes) {
    if (!bytes.empty() && (bytes[0] & 0xf0) == 0x40) {
        bytes = bytes.subspan(1);
    }
    if (bytes.size() < 2 || bytes[0] != 0x0f) {
        return Cost::None;
    }
    const std::uint8_t operand = bytes.size() > 2 ? bytes[2] : 0;
    switch (bytes[1]) {
    case 0x05: return Cost::Entry;
    case 0x22: return (operand >> 3 & 7) == 3 ? Cost::Tables : Cost::None;
    case 0x30: return Cost::RegisterWrite;
    default: return bytes.size() > 2 && saves_vectors(bytes[1], operand) ? Cost::VectorSave : Cost::None;
    }
}

void count(Cost cost) { counting.counts.at(static_cast<std::size_t>(cost)) += counting.is_on ? 1 : 0; }

void on_cost(unsigned, void* cost) { count(static_cast<Cost>(reinterpret_cast<std::size_t>(cost))); }

void on_access(unsigned, PluginAccess info, std::uint64_t address, void*) {
    const PluginAddress* const place = counting.is_on ? qemu_plugin_get_hwaddr(info, address) : nullptr;
    if (place != nullptr && qemu_plugin_hwaddr_is_io(place)) {
        count(Cost::Device);
    }
}

void on_round(unsigned, void*) {
    counting.is_on = true;
    ++counting.rounds;
}

void on_end(unsigned, void*) {
    if (!std::exchange(counting.is_on, false)) {
        return;
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        std::printf("\nFIGURE %s %lu thousandths\n", kNames.at(i), counting.counts.at(i) * 1000 / counting.rounds);
    }
    std::fflush(stdout);
}

void on_translated(PluginId, PluginBlock* block) {
    const std::size_t count = qemu_plugin_tb_n_insns(block);
    for (std::size_t i = 0; i < count; ++i) {
        PluginInstruction* const at = qemu_plugin_tb_get_insn(block, i);
        const Bytes bytes = bytes_of(*at);
        qemu_plugin_register_vcpu_mem_cb(at, on_access, PluginRegisters::None, PluginDirection::Both, nullptr);
        if (is_mark(bytes, tests::bench::kRoundMark)) {
            qemu_plugin_register_vcpu_insn_exec_cb(at, on_round, PluginRegisters::None, nullptr);
        } else if (is_mark(bytes, tests::bench::kEndMark)) {
            qemu_plugin_register_vcpu_insn_exec_cb(at, on_end, PluginRegisters::None, nullptr);
        } else if (const Cost cost = cost_of(bytes); cost != Cost::None) {
            qemu_plugin_register_vcpu_insn_exec_cb(at, on_cost, PluginRegisters::None,
                                                   reinterpret_cast<void*>(static_cast<std::size_t>(cost)));
        }
    }
}

} // namespace

int qemu_plugin_install(PluginId id, const PluginMachine*, int, char**) {
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
    return 0;
}

#pragma clang unsafe_buffer_usage end
