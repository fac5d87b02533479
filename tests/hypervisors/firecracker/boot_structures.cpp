#include "tests/hypervisors/firecracker/boot_structures.hpp"

#include <vector>

#include "tests/hypervisors/firecracker/load_kernel.hpp"

namespace firecracker {

namespace {

// [firecracker] layout.rs, and configure_pvh() of mod.rs for the places of map and list of modules.
constexpr std::uint64_t kModuleList = 0x6040;
constexpr std::uint64_t kMemoryMap = 0x7000;
constexpr std::uint64_t kCommandLine = 0x20000;
constexpr std::uint64_t kCommandLineBytes = 2048;
constexpr std::uint64_t kSystemMemory = 0x9fc00;
constexpr std::uint64_t kKernelMemory = 0x100000;
constexpr std::uint64_t kPciWindow = 0xeec00000;
constexpr std::uint64_t kPciWindowBytes = 256 * kMebibyte;
constexpr std::uint64_t kPageSize = 4096;

constexpr std::uint32_t kRam = 1;
constexpr std::uint32_t kReserved = 2;

// [xen] public/arch-x86/hvm/start_info.h.
struct StartInfo {
    std::uint32_t magic = 0x336ec578;
    std::uint32_t version = 1;
    std::uint32_t flags = 0;
    std::uint32_t module_count = 0;
    std::uint64_t modules = 0;
    std::uint64_t command_line = kCommandLine;
    std::uint64_t acpi_root = 0; // never said: a guest has to search
    std::uint64_t map = kMemoryMap;
    std::uint32_t map_count = 0;
    std::uint32_t reserved = 0;
};

struct Module {
    std::uint64_t start;
    std::uint64_t size;
    std::uint64_t command_line = 0;
    std::uint64_t reserved = 0;
};

struct MapEntry {
    std::uint64_t start;
    std::uint64_t size;
    std::uint32_t type;
    std::uint32_t reserved = 0;
};

/// What lies above 4 GiB comes before what lies from 1 MiB on.
std::vector<MapEntry> memory_map(const GuestMemory& memory) {
    std::vector<MapEntry> map{{0, kSystemMemory, kRam},
                              {kSystemMemory, kKernelMemory - kSystemMemory, kReserved},
                              {kPciWindow, kPciWindowBytes, kReserved}};
    if (!memory.high().empty()) {
        map.push_back({kHighMemory, memory.high().size(), kRam});
    }
    // The second half first, so that a small machine's map is not sorted either.
    const std::uint64_t middle = memory.low().size() / 2 & ~(kPageSize - 1);
    map.push_back({middle, memory.low().size() - middle, kRam});
    map.push_back({kKernelMemory, middle - kKernelMemory, kRam});
    return map;
}

/// At the top of low memory, as Firecracker does it.
void write_module(const GuestMemory& memory, const std::string& path, StartInfo& info) {
    const std::vector<std::uint8_t> bytes = read_file(path);
    if (bytes.size() > memory.low().size()) {
        fail("the module is larger than the guest's memory");
    }
    const std::uint64_t start = (memory.low().size() - bytes.size()) & ~(kPageSize - 1);
    memory.write(start, bytes);
    memory.write(kModuleList, Module{.start = start, .size = bytes.size()});
    info.modules = kModuleList;
    info.module_count = 1;
}

} // namespace

std::uint8_t checksum(std::span<const std::uint8_t> bytes) {
    unsigned sum = 0;
    for (const std::uint8_t byte : bytes) {
        sum += byte;
    }
    return static_cast<std::uint8_t>(0U - sum);
}

void write_boot_structures(const GuestMemory& memory, const Guest& guest) {
    StartInfo info;
    std::uint64_t at = kMemoryMap;
    for (const MapEntry& entry : memory_map(memory)) {
        memory.write(at, entry);
        at += sizeof(entry);
        ++info.map_count;
    }
    if (guest.command_line.size() >= kCommandLineBytes) {
        fail("the command line is too long");
    }
    memory.write(kCommandLine, std::string_view(guest.command_line));
    if (!guest.module.empty()) {
        write_module(memory, guest.module, info);
    }
    memory.write(kStartInfo, info);
    write_mp_table(memory, guest.cpus);
    if (guest.tables == Tables::AcpiAndMp) {
        write_acpi_tables(memory, guest.cpus);
    }
}

} // namespace firecracker
