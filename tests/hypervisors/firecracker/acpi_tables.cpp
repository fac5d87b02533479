#include <array>
#include <vector>

#include "tests/hypervisors/firecracker/boot_structures.hpp"

namespace firecracker {

namespace {

// [firecracker] layout.rs: RSDP_ADDR, and the memory of the system from where tables are given out.
constexpr std::uint64_t kRoot = 0xe0000;
constexpr std::uint64_t kTables = 0xa0000;
constexpr std::uint32_t kLocalApic = 0xfee00000;
constexpr std::uint32_t kIoApic = 0xfec00000;

using Bytes = std::vector<std::uint8_t>;

void append(Bytes& bytes, std::uint64_t value, int size) {
    for (int byte = 0; byte < size; ++byte) {
        bytes.push_back(static_cast<std::uint8_t>(value >> (byte * 8)));
    }
}

void set(Bytes& bytes, std::size_t at, std::uint64_t value, int size) {
    for (int byte = 0; byte < size; ++byte) {
        bytes.at(at + static_cast<std::size_t>(byte)) = static_cast<std::uint8_t>(value >> (byte * 8));
    }
}

/// [acpi] 5.2.6: a header before `body`.
Bytes table(std::string_view signature, std::uint8_t revision, const Bytes& body) {
    constexpr std::size_t kHeaderBytes = 36;
    constexpr std::size_t kChecksumAt = 9;
    Bytes bytes;
    bytes.append_range(signature);
    append(bytes, kHeaderBytes + body.size(), 4);
    append(bytes, revision, 1);
    append(bytes, 0, 1);
    bytes.append_range(std::string_view("FIRECKFCVM"));
    bytes.append_range(signature);
    append(bytes, 0, 4);
    bytes.append_range(std::string_view("FCAT"));
    append(bytes, 0x20240119, 4);
    bytes.append_range(body);
    bytes[kChecksumAt] = checksum(bytes);
    return bytes;
}

/// [acpi] 5.2.12.
Bytes madt(int cpus) {
    Bytes body;
    append(body, kLocalApic, 4);
    append(body, 0, 4); // no 8259s
    for (int id = 0; id < cpus; ++id) {
        body.append_range(
            std::array<std::uint8_t, 4>{0, 8, static_cast<std::uint8_t>(id), static_cast<std::uint8_t>(id)});
        append(body, 1, 4);
    }
    body.append_range(std::array<std::uint8_t, 4>{1, 12, 0, 0});
    append(body, kIoApic, 4);
    append(body, 0, 4);
    return table("APIC", 6, body);
}

/// [acpi] 5.2.9, 6.5: reduced hardware, no VGA, no ASPM, no MSI of PCI.
Bytes fadt(std::uint64_t dsdt) {
    constexpr std::size_t kBodyBytes = 276 - 36;
    constexpr std::uint64_t kReducedHardware = 1U << 20;
    constexpr std::uint64_t kNoButtons = 3U << 4;
    Bytes body(kBodyBytes);
    set(body, 109 - 36, 0b0001'1100, 2);
    set(body, 112 - 36, kReducedHardware | kNoButtons, 4);
    set(body, 131 - 36, 5, 1);
    set(body, 140 - 36, dsdt, 8);
    constexpr std::string_view kHypervisor = "FIRECKVM";
    for (std::size_t letter = 0; letter < kHypervisor.size(); ++letter) {
        body.at(268 - 36 + letter) = static_cast<std::uint8_t>(kHypervisor[letter]);
    }
    return table("FACP", 6, body);
}

/// [acpi] 5.2.5.3.
Bytes root(std::uint64_t xsdt) {
    constexpr std::size_t kOldBytes = 20;
    constexpr std::size_t kBytes = 36;
    Bytes bytes;
    bytes.append_range(std::string_view("RSD PTR "));
    append(bytes, 0, 1);
    bytes.append_range(std::string_view("FIRECK"));
    append(bytes, 2, 1);
    append(bytes, 0, 4); // no RSDT
    append(bytes, kBytes, 4);
    append(bytes, xsdt, 8);
    append(bytes, 0, 4);
    bytes[8] = checksum(std::span(bytes).first(kOldBytes));
    bytes[32] = checksum(bytes);
    return bytes;
}

} // namespace

void write_acpi_tables(const GuestMemory& memory, int cpus) {
    std::uint64_t next = kTables;
    const auto place = [&](const Bytes& bytes) {
        const std::uint64_t at = next;
        memory.write(at, bytes);
        next = (at + bytes.size() + 15) & ~15ULL;
        return at;
    };
    const std::uint64_t dsdt = place(table("DSDT", 2, {}));
    Bytes list;
    append(list, place(fadt(dsdt)), 8);
    append(list, place(madt(cpus)), 8);
    memory.write(kRoot, root(place(table("XSDT", 1, list))));
}

} // namespace firecracker
