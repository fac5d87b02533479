#include <array>
#include <vector>

#include "tests/hypervisors/firecracker/boot_structures.hpp"

// [mp] is Intel's MultiProcessor Specification 1.4; [firecracker] mptable.rs says what is in this one.
namespace firecracker {

namespace {

constexpr std::uint64_t kPointer = 0x9fc00;
constexpr std::uint64_t kTable = kPointer + 16;
constexpr std::uint32_t kLocalApic = 0xfee00000;
constexpr std::uint32_t kIoApic = 0xfec00000;
constexpr int kLines = 24;

using Bytes = std::vector<std::uint8_t>;

void append32(Bytes& bytes, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

void append(Bytes& bytes, std::string_view text) { bytes.append_range(text); }

/// [mp] 4.3.1: enabled, and the first is the one that boots.
void append_processor(Bytes& bytes, int id) {
    bytes.append_range(std::array<std::uint8_t, 4>{0, static_cast<std::uint8_t>(id), 0x14,
                                                   static_cast<std::uint8_t>(id == 0 ? 3 : 1)});
    append32(bytes, 0x600);
    append32(bytes, 0x201);
    append32(bytes, 0);
    append32(bytes, 0);
}

/// [mp] 4.3.4: line `line` of the only bus reaches the same input of the I/O APIC.
void append_line(Bytes& bytes, int line, int io_apic) {
    bytes.append_range(std::array<std::uint8_t, 8>{3, 0, 0, 0, 0, static_cast<std::uint8_t>(line),
                                                   static_cast<std::uint8_t>(io_apic),
                                                   static_cast<std::uint8_t>(line)});
}

/// [mp] 4.3.5: input 0 takes what 8259s send, input 1 the NMI, of every local APIC.
void append_local_lines(Bytes& bytes) {
    bytes.append_range(std::array<std::uint8_t, 8>{4, 3, 0, 0, 0, 0, 0, 0});
    bytes.append_range(std::array<std::uint8_t, 8>{4, 1, 0, 0, 0, 0, 0xff, 1});
}

Bytes entries(int cpus) {
    Bytes bytes;
    for (int id = 0; id < cpus; ++id) {
        append_processor(bytes, id);
    }
    bytes.append_range(std::array<std::uint8_t, 2>{1, 0});
    append(bytes, "ISA   ");
    const int io_apic = cpus; // its id follows the processors'
    bytes.append_range(std::array<std::uint8_t, 4>{2, static_cast<std::uint8_t>(io_apic), 0x14, 1});
    append32(bytes, kIoApic);
    for (int line = 0; line < kLines; ++line) {
        append_line(bytes, line, io_apic);
    }
    append_local_lines(bytes);
    return bytes;
}

/// [mp] 4.2.
Bytes table(int cpus) {
    constexpr int kHeaderBytes = 44;
    constexpr int kChecksumAt = 7;
    const Bytes body = entries(cpus);
    const auto size = static_cast<std::uint32_t>(kHeaderBytes + body.size());
    const auto count = static_cast<std::uint32_t>(cpus + 1 + 1 + kLines + 2);
    Bytes bytes;
    append(bytes, "PCMP");
    append32(bytes, size | 4U << 16); // version 1.4
    append(bytes, "FC      000000000000");
    append32(bytes, 0);
    append32(bytes, count << 16);
    append32(bytes, kLocalApic);
    append32(bytes, 0);
    bytes.append_range(body);
    bytes[kChecksumAt] = checksum(bytes);
    return bytes;
}

} // namespace

void write_mp_table(const GuestMemory& memory, int cpus) {
    constexpr int kChecksumAt = 10;
    Bytes pointer; // [mp] 4.1
    append(pointer, "_MP_");
    append32(pointer, static_cast<std::uint32_t>(kTable));
    append32(pointer, 1U | 4U << 8); // one paragraph, version 1.4
    append32(pointer, 0);
    pointer[kChecksumAt] = checksum(pointer);
    memory.write(kPointer, pointer);
    memory.write(kTable, table(cpus));
}

} // namespace firecracker
