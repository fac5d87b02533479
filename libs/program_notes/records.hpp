/// What a program says of itself in its ELF file: notes of the owner "Tessera", little endian, texts padded with zeros.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "base/types.hpp"

namespace program_notes {

inline constexpr std::string_view kOwner = "Tessera";

/// Of a note. The content is one or several of the records named.
enum class NoteType : base::u32 {
    AbiVersion = 1, ///< one VersionRecord
    Needs = 2,      ///< RouteRecords: what it is to be given
    Offers = 3,     ///< RouteRecords: what it serves
    Heap = 5,       ///< one HeapRecord
};

struct VersionRecord {
    base::u32 version; ///< abi::kVersion
    base::u32 zero;
};

/// A need or an offer.
struct RouteRecord {
    std::array<char, 24> name;     ///< "log"
    std::array<char, 36> protocol; ///< "tessera.log", or an object of the kernel: "kernel.Debug"
    base::u16 major;               ///< of the protocol; 0 for objects of the kernel
    base::u8 permissions;          ///< abi::Permissions: needed, or served at most
    base::u8 optional;             ///< 1: the program works without it
};

struct HeapRecord {
    base::u64 bytes; ///< at most
};

static_assert(sizeof(VersionRecord) == 8 && sizeof(RouteRecord) == 64 && sizeof(HeapRecord) == 8);

/// Of a padded text.
template <std::size_t kSize>
constexpr std::string_view text_of(const std::array<char, kSize>& padded) {
    const std::string_view all(padded.data(), padded.size());
    return all.substr(0, all.find('\0'));
}

/// `text`, which is shorter than the field or as long, padded.
template <std::size_t kSize>
constexpr std::array<char, kSize> padded(std::string_view text) {
    std::array<char, kSize> field{};
    std::ranges::copy(text.substr(0, kSize), field.begin());
    return field;
}

} // namespace program_notes
