#include "libs/boot/pvh.hpp"

#include "base/byte_reader.hpp"

namespace boot {

using base::ByteReader;
using base::Bytes;
using base::PhysicalAddress;
using base::u32;
using base::u64;

namespace {

constexpr u32 kMagic = 0x336ec578;
/// A map or module list longer than this is garbage, not a machine.
constexpr u32 kMaximumEntries = 4096;

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

struct ModuleEntry {
    u64 start;
    u64 size;
    u64 command_line;
    u64 reserved;
};

struct MapEntry {
    u64 start;
    u64 size;
    u32 type;
    u32 reserved;
};

/// The types are those of E820, [acpi] table 15.4.
MemoryType type_of(u32 type) {
    switch (type) {
    case 1: return MemoryType::Usable;
    case 3: return MemoryType::AcpiReclaimable;
    case 4: return MemoryType::AcpiStorage;
    case 5: return MemoryType::Bad;
    default: return MemoryType::Reserved;
    }
}

template <class T>
base::Result<T> read_structure(const PhysicalReader& memory, PhysicalAddress at) {
    ByteReader reader(TRY(memory.read(at, Bytes{sizeof(T)})));
    return reader.read<T>();
}

std::string_view read_map(const PhysicalReader& memory, const StartInfoMap& map, BootInfo& info) {
    if (map.address == 0 || map.count == 0) {
        return "it has no memory map";
    }
    if (map.count > kMaximumEntries) {
        return "its memory map has too many entries";
    }
    const auto bytes = memory.read(PhysicalAddress{map.address}, Bytes{map.count * sizeof(MapEntry)});
    if (!bytes) {
        return "its memory map lies out of reach";
    }
    ByteReader reader(*bytes);
    while (reader.remaining() >= sizeof(MapEntry)) {
        const auto entry = reader.read<MapEntry>();
        if (entry && !info.memory.add(PhysicalAddress{entry->start}, Bytes{entry->size}, type_of(entry->type))) {
            return "its memory map has too many ranges";
        }
    }
    return {};
}

std::string_view read_modules(const PhysicalReader& memory, const StartInfo& start_info, BootInfo& info) {
    for (u32 i = 0; i < start_info.module_count; ++i) {
        const auto entry =
            read_structure<ModuleEntry>(memory, PhysicalAddress{start_info.modules + i * sizeof(ModuleEntry)});
        if (!entry || entry->start + entry->size < entry->start) {
            return "its module list is unreadable";
        }
        if (!info.add_module({PhysicalAddress{entry->start}, Bytes{entry->size}})) {
            return "it has too many modules";
        }
        // Loaders put modules into memory that the map calls free.
        if (!info.memory.add(PhysicalAddress{entry->start}, Bytes{entry->size}, MemoryType::Reserved)) {
            return "its memory map has too many ranges";
        }
    }
    return {};
}

void read_command_line(const PhysicalReader& memory, u64 address, BootInfo& info) {
    if (address == 0) {
        return;
    }
    const auto window = memory.read_up_to(PhysicalAddress{address}, Bytes{BootInfo::kCommandLineBytes + 1});
    const auto end = std::ranges::find(window, std::byte{0});
    info.set_command_line({reinterpret_cast<const char*>(window.data()),
                           static_cast<base::usize>(end - window.begin())});
}

} // namespace

std::string_view read_pvh(const PhysicalReader& memory, PhysicalAddress start, BootInfo& info) {
    info.door = "pvh";
    const auto start_info = read_structure<StartInfo>(memory, start);
    if (start == PhysicalAddress{0} || !start_info) {
        return "it is missing";
    }
    if (start_info->magic != kMagic) {
        return "its magic number is wrong";
    }
    if (start_info->version == 0) {
        return "it has no memory map (version 0)";
    }
    const auto map = read_structure<StartInfoMap>(memory, start + Bytes{sizeof(StartInfo)});
    if (!map) {
        return "it is cut short";
    }
    info.acpi_root = PhysicalAddress{start_info->acpi_root};
    read_command_line(memory, start_info->command_line, info);
    if (const std::string_view failure = read_map(memory, *map, info); !failure.empty()) {
        return failure;
    }
    if (const std::string_view failure = read_modules(memory, *start_info, info); !failure.empty()) {
        return failure;
    }
    return info.memory.normalize() ? std::string_view{} : "its memory map names no usable memory";
}

} // namespace boot
