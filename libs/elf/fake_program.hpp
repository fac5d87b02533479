/// Makes ELF files for tests: right ones, and from those wrong ones.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "libs/elf/format.hpp"

namespace elf {

/// A file of headers and one page for each segment, content behind a page of headers.
class FakeProgram {
  public:
    static constexpr base::u64 kPage = 4096;

    FakeProgram() : bytes_(kPage) {
        header = {.magic = kMagic,
                  .file_class = kClass64,
                  .data = kLittleEndian,
                  .ident_version = kVersion,
                  .ident_rest = {},
                  .type = kTypeShared,
                  .machine = kMachineAmd64,
                  .version = 1,
                  .entry = kPage,
                  .program_headers = sizeof(FileHeader),
                  .section_headers = 0,
                  .flags = 0,
                  .header_size = sizeof(FileHeader),
                  .program_header_size = sizeof(ProgramHeader),
                  .program_header_count = 0,
                  .section_header_size = 0,
                  .section_header_count = 0,
                  .section_names = 0};
    }

    /// A segment at `address`, a multiple of a page, whose content is `content`. Returns its header, to be changed.
    ProgramHeader& add(ProgramType type, base::u32 flags, base::u64 address, std::vector<base::u8> content = {}) {
        const base::u64 offset = bytes_.size();
        programs.push_back({.type = static_cast<base::u32>(type),
                            .flags = flags,
                            .offset = offset,
                            .address = address,
                            .physical_address = 0,
                            .file_size = content.size(),
                            .memory_size = content.empty() ? kPage : content.size(),
                            .alignment = kPage});
        content.resize((content.size() + kPage - 1) / kPage * kPage);
        for (const base::u8 byte : content) {
            bytes_.push_back(std::byte{byte});
        }
        return programs.back();
    }

    /// One segment of code with the entry, one of data; what most tests begin with.
    static FakeProgram good() {
        FakeProgram program;
        program.programs.reserve(16);
        program.add(ProgramType::Load, kFlagRead, 0, {1, 2, 3});
        program.add(ProgramType::Load, kFlagRead | kFlagExecute, kPage, {0x90, 0xc3});
        program.add(ProgramType::Load, kFlagRead | kFlagWrite, 2 * kPage, std::vector<base::u8>(64)).memory_size = 5000;
        return program;
    }

    /// The file as it now is.
    [[nodiscard]] std::vector<std::byte> file() {
        header.program_header_count = static_cast<base::u16>(programs.size());
        std::memcpy(bytes_.data(), &header, sizeof(header));
        if (!programs.empty()) {
            const std::span table = std::as_writable_bytes(std::span(programs));
            std::ranges::copy(table, std::span(bytes_).subspan(sizeof(header)).begin());
        }
        return bytes_;
    }

    FileHeader header{};
    std::vector<ProgramHeader> programs;

  private:
    std::vector<std::byte> bytes_;
};

/// The bytes of integers and structures, one after the other.
template <class... Values>
std::vector<base::u8> bytes_of(const Values&... values) {
    std::vector<base::u8> result;
    const auto append = [&result](const auto& value) {
        const auto at = result.size();
        result.resize(at + sizeof(value));
        std::memcpy(result.data() + at, &value, sizeof(value));
    };
    (append(values), ...);
    return result;
}

} // namespace elf
