/// What an ELF64 file consists of, [elf] System V ABI, chapters 4 and 5; numbers of x86_64 from [psabi] 4.4.
#pragma once

#include <array>

#include "base/types.hpp"

namespace elf {

inline constexpr std::array<base::u8, 4> kMagic{0x7f, 'E', 'L', 'F'};
inline constexpr base::u8 kClass64 = 2;
inline constexpr base::u8 kLittleEndian = 1;
inline constexpr base::u8 kVersion = 1;
inline constexpr base::u16 kTypeShared = 3; ///< also what a position-independent program is
inline constexpr base::u16 kMachineAmd64 = 62;

struct FileHeader {
    std::array<base::u8, 4> magic;
    base::u8 file_class;
    base::u8 data;
    base::u8 ident_version;
    std::array<base::u8, 9> ident_rest;
    base::u16 type;
    base::u16 machine;
    base::u32 version;
    base::u64 entry;
    base::u64 program_headers; ///< offset in the file
    base::u64 section_headers;
    base::u32 flags;
    base::u16 header_size;
    base::u16 program_header_size;
    base::u16 program_header_count;
    base::u16 section_header_size;
    base::u16 section_header_count;
    base::u16 section_names;
};

static_assert(sizeof(FileHeader) == 64);

enum class ProgramType : base::u32 {
    Load = 1,
    Dynamic = 2,
    Interpreter = 3,
    Note = 4,
    ThreadLocal = 7,
    Stack = 0x6474e551,
    ReadOnlyAfterRelocation = 0x6474e552,
};

inline constexpr base::u32 kFlagExecute = 1;
inline constexpr base::u32 kFlagWrite = 2;
inline constexpr base::u32 kFlagRead = 4;

struct ProgramHeader {
    base::u32 type;
    base::u32 flags;
    base::u64 offset;
    base::u64 address;
    base::u64 physical_address;
    base::u64 file_size;
    base::u64 memory_size;
    base::u64 alignment;
};

static_assert(sizeof(ProgramHeader) == 56);

enum class DynamicTag : base::u64 {
    Null = 0,
    Needed = 1,
    ProcedureRelocationsSize = 2,
    Relocations = 7, ///< with addends
    RelocationsSize = 8,
    RelocationSize = 9,
    PlainRelocations = 17, ///< without addends: not used on x86_64
    TextRelocations = 22,
    PackedRelocationsSize = 35, ///< RELR, [elf] chapter 5 of 2022
    PackedRelocations = 36,
    PackedRelocationSize = 37,
};

struct DynamicEntry {
    base::u64 tag;
    base::u64 value;
};

inline constexpr base::u64 kRelocationRelative = 8; ///< base + addend

struct Relocation {
    base::u64 place;
    base::u64 info;
    base::u64 addend;
};

struct NoteHeader {
    base::u32 name_size;
    base::u32 content_size;
    base::u32 type;
};

} // namespace elf
