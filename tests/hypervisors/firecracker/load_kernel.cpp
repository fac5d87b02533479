#include "tests/hypervisors/firecracker/load_kernel.hpp"

#include <elf.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace firecracker {

namespace {

constexpr std::uint32_t kEntryNote = 18;

template <typename Plain>
Plain read_at(std::span<const std::uint8_t> bytes, std::uint64_t offset) {
    if (offset > bytes.size() || sizeof(Plain) > bytes.size() - offset) {
        fail("the kernel's file is cut short");
    }
    Plain value;
    std::memcpy(&value, bytes.subspan(offset).data(), sizeof(value));
    return value;
}

std::uint64_t padded(std::uint64_t size) { return (size + 3) & ~3ULL; }

std::optional<std::uint32_t> find_entry(std::span<const std::uint8_t> notes) {
    for (std::uint64_t at = 0; at + sizeof(Elf64_Nhdr) <= notes.size();) {
        const auto note = read_at<Elf64_Nhdr>(notes, at);
        const std::uint64_t content = at + sizeof(note) + padded(note.n_namesz);
        if (note.n_type == kEntryNote && note.n_descsz >= sizeof(std::uint32_t)) {
            return read_at<std::uint32_t>(notes, content);
        }
        at = content + padded(note.n_descsz);
    }
    return std::nullopt;
}

} // namespace

std::vector<std::uint8_t> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        fail("cannot read " + path);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

std::uint32_t load_kernel(const GuestMemory& memory, const std::string& path) {
    const std::vector<std::uint8_t> file = read_file(path);
    const std::span<const std::uint8_t> bytes(file);
    const auto header = read_at<Elf64_Ehdr>(bytes, 0);
    std::optional<std::uint32_t> entry;
    for (std::uint64_t index = 0; index < header.e_phnum; ++index) {
        const auto segment = read_at<Elf64_Phdr>(bytes, header.e_phoff + index * sizeof(Elf64_Phdr));
        if (segment.p_offset > bytes.size() || segment.p_filesz > bytes.size() - segment.p_offset) {
            fail("the kernel's file is cut short");
        }
        const auto content = bytes.subspan(segment.p_offset, segment.p_filesz);
        if (segment.p_type == PT_LOAD) {
            memory.write(segment.p_paddr, content);
        } else if (segment.p_type == PT_NOTE && !entry) {
            entry = find_entry(content);
        }
    }
    if (!entry) {
        fail("the kernel has no PVH entry");
    }
    return *entry;
}

} // namespace firecracker
