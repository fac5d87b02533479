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

/// [multiboot2] 3.6.1: total size and a reserved word, then tags of type and size, each at a multiple of 8.
const char* multiboot2_command_line(u32 boot_structure) {
    constexpr u32 kCommandLineTag = 1;
    constexpr u64 kHeader = 8;
    constexpr u64 kLongest = 1 << 20;
    // SAFETY: as above; the walk ends at the size that the structure states, and that is bounded.
    const auto* words = reinterpret_cast<const u32*>(static_cast<u64>(boot_structure));
    if (boot_structure == 0 || words[0] > kLongest) {
        return nullptr;
    }
    for (u64 at = kHeader; at + kHeader <= words[0];) {
        const u32* tag = words + at / sizeof(u32);
        if (tag[0] == kCommandLineTag) {
            return reinterpret_cast<const char*>(tag + 2);
        }
        if (tag[0] == 0 || tag[1] < kHeader) {
            return nullptr;
        }
        at += (u64{tag[1]} + 7) & ~u64{7};
    }
    return nullptr;
}

const char* command_line_of(Door door, u32 boot_structure) {
    switch (door) {
    case Door::Pvh: return pvh_command_line(boot_structure);
    case Door::Multiboot2: return multiboot2_command_line(boot_structure);
    }
    return nullptr;
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
    const char* line = command_line_of(door, boot_structure);
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
