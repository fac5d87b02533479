/// How a boot bundle lies in memory: header, index, names, then the files, each from a page's start on.
///
/// Integers are little endian. The header's digest covers the index and the names, and each index entry holds its
/// file's digest: whoever trusts 32 bytes can check everything.
#pragma once

#include "base/types.hpp"
#include "libs/digest/sha256.hpp"

namespace bundle {

/// "TESSBNDL".
inline constexpr base::u64 kMagic = 0x4c444e4253534554;
inline constexpr base::u32 kVersion = 1;
inline constexpr base::u32 kMaximumFiles = 1 << 16;
inline constexpr base::usize kMaximumNameBytes = 255;

struct Header {
    base::u64 magic;
    base::u32 version;
    base::u32 file_count;
    base::u64 size;       ///< of the whole bundle in bytes, a multiple of the page size
    base::u64 names_size; ///< of all names, which follow the index
    digest::Sha256 index_digest;
};

static_assert(sizeof(Header) == 64);

/// Sorted by name; the files lie in the same order.
struct IndexEntry {
    base::u64 offset; ///< of the file, from the bundle's start; a multiple of the page size
    base::u64 size;
    base::u32 name_offset; ///< from the start of the names
    base::u32 name_size;
    digest::Sha256 digest;
};

static_assert(sizeof(IndexEntry) == 56);

} // namespace bundle
