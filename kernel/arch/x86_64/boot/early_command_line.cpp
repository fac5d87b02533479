#include "kernel/arch/x86_64/boot/early_command_line.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: text of unknown length in memory that the boot loader wrote; every loop is bounded.

namespace kernel::arch::x86_64 {

namespace {

using base::u32;
using base::u64;
using base::usize;

constexpr u64 kMappedBytes = 4ULL << 30;
constexpr usize kScanLimit = 4096;

/// [xen] public/arch-x86/hvm/start_info.h: the fields up to the command line.
struct PvhStartInfo {
    u32 magic;
    u32 version;
    u32 flags;
    u32 module_count;
    u64 modules;
    u64 command_line;
};

constexpr u32 kPvhMagic = 0x336ec578;

const char* pvh_command_line(u32 boot_structure) {
    // SAFETY: the first 4 GiB are mapped one to one; what is not memory reads as ones.
    const auto* info = reinterpret_cast<const PvhStartInfo*>(static_cast<u64>(boot_structure));
    if (boot_structure == 0 || info->magic != kPvhMagic || info->command_line == 0 ||
        info->command_line >= kMappedBytes - kScanLimit) {
        return nullptr;
    }
    return reinterpret_cast<const char*>(info->command_line);
}

bool word_matches(const char* text, const char* option) {
    while (*option != '\0' && *text == *option) {
        ++text;
        ++option;
    }
    return *option == '\0' && (*text == '\0' || *text == ' ');
}

} // namespace

bool early_command_line_has(Door door, u32 boot_structure, const char* option) {
    const char* line = door == Door::Pvh ? pvh_command_line(boot_structure) : nullptr;
    if (line == nullptr) {
        return false;
    }
    bool word_starts = true;
    for (usize i = 0; i < kScanLimit && line[i] != '\0'; ++i) {
        if (word_starts && word_matches(line + i, option)) {
            return true;
        }
        word_starts = line[i] == ' ';
    }
    return false;
}

} // namespace kernel::arch::x86_64

#pragma clang unsafe_buffer_usage end
