#include "libs/boot/pvh.hpp"

#include "libs/boot/decoding.hpp"

namespace boot {

using base::ByteReader;
using base::Bytes;
using base::PhysicalAddress;
using base::u32;
using base::u64;

namespace {

constexpr u32 kMagic = 0x336ec578;
/// A map longer than this is garbage, not a machine.
constexpr u32 kMaximumMapEntries = 4096;

struct StartInfo {
    u32 magic;
    u32 version;
    u32 flags;
    u32 module_count;
    u64 modules;
    u64 command_line;
    u64 acpi_root;
};

static_assert(sizeof(StartInfo) == 40);

/// Version 1 adds the memory map behind the fields of version 0.
struct StartInfoMap {
    u64 address;
    u32 count;
    u32 reserved;
};

static_assert(sizeof(StartInfoMap) == 16);

struct ModuleEntry {
    u64 start;
    u64 size;
    u64 command_line;
    u64 reserved;
};

static_assert(sizeof(ModuleEntry) == 32);

struct MapEntry {
    u64 start;
    u64 size;
    u32 type;
    u32 reserved;
};

static_assert(sizeof(MapEntry) == 24);

/// The text at `address`; 0 is none.
template <base::usize kCapacity>
void read_text(const PhysicalReader& memory, u64 address, FixedText<kCapacity>& text) {
    if (address != 0) {
        // One byte more tells that it was longer.
        text.assign(memory.read_up_to(PhysicalAddress{address}, Bytes{kCapacity + 1}));
    }
}

std::string_view read_map(const PhysicalReader& memory, const StartInfoMap& map, BootInfo& info) {
    if (map.address == 0 || map.count == 0) {
        return "it has no memory map";
    }
    if (map.count > kMaximumMapEntries) {
        return "its memory map has too many entries";
    }
    const auto bytes = memory.read(PhysicalAddress{map.address}, Bytes{map.count * sizeof(MapEntry)});
    if (!bytes) {
        return "its memory map lies out of reach";
    }
    ByteReader reader(*bytes);
    while (const auto entry = reader.read<MapEntry>()) {
        const auto failure = decoding::add_claim(info, PhysicalAddress{entry->start}, Bytes{entry->size}, entry->type);
        if (!failure.empty()) {
            return failure;
        }
    }
    return {};
}

std::string_view read_module(const PhysicalReader& memory, PhysicalAddress at, BootInfo& info) {
    const auto entry = decoding::read_structure<ModuleEntry>(memory, at);
    if (!entry) {
        return "its module list lies out of reach";
    }
    Module module{.start = PhysicalAddress{entry->start}, .size = Bytes{entry->size}};
    read_text(memory, entry->command_line, module.text);
    return decoding::add_module(info, module);
}

std::string_view read_modules(const PhysicalReader& memory, const StartInfo& start_info, BootInfo& info) {
    if (start_info.module_count > BootInfo::kMaximumModules) {
        return "it has too many modules";
    }
    for (u32 i = 0; i < start_info.module_count; ++i) {
        const PhysicalAddress at{start_info.modules + i * sizeof(ModuleEntry)};
        if (const auto failure = read_module(memory, at, info); !failure.empty()) {
            return failure;
        }
    }
    return {};
}

std::string_view check_head(const StartInfo& start_info) {
    if (start_info.magic != kMagic) {
        return "its magic number is wrong";
    }
    return start_info.version == 0 ? "it has no memory map (version 0)" : std::string_view{};
}

std::string_view read_lists(const PhysicalReader& memory, const StartInfo& start_info, const StartInfoMap& map,
                            BootInfo& info) {
    if (const auto failure = read_map(memory, map, info); !failure.empty()) {
        return failure;
    }
    if (const auto failure = read_modules(memory, start_info, info); !failure.empty()) {
        return failure;
    }
    return decoding::finish(info);
}

} // namespace

std::string_view read_pvh(const PhysicalReader& memory, PhysicalAddress start, BootInfo& info) {
    info.door = "pvh";
    const auto start_info = decoding::read_structure<StartInfo>(memory, start);
    if (start == PhysicalAddress{0} || !start_info) {
        return "it is missing";
    }
    if (const auto failure = check_head(*start_info); !failure.empty()) {
        return failure;
    }
    const auto map = decoding::read_structure<StartInfoMap>(memory, start + Bytes{sizeof(StartInfo)});
    if (!map) {
        return "it is cut short";
    }
    info.acpi_root = PhysicalAddress{start_info->acpi_root};
    read_text(memory, start_info->command_line, info.command_line_text);
    return read_lists(memory, *start_info, *map, info);
}

} // namespace boot
