/// What a program that another program launched begins with: a page or more, read-only, in RCX.
#pragma once

#include <array>
#include <span>

#include "abi/start.hpp"
#include "base/types.hpp"

namespace sdk::runtime {

/// What it holds under a name.
struct NameRecord {
    std::array<char, 24> name; ///< padded with zeros
    base::u64 protocol;        ///< rpc::ProtocolId::number(); 0: an object of the kernel
    base::u16 major;
    base::u8 permissions;
    base::u8 kind;      ///< abi::ObjectKind
    base::u32 is_route; ///< 1: the handle is a protocols::Connector, by which `protocol` is reached
    base::u64 handle;
};

static_assert(sizeof(NameRecord) == 48);

/// Offsets count from the block's start.
struct Table {
    base::u32 offset;
    base::u32 count; ///< of NameRecords, or of texts that end with a zero
};

struct StartBlock {
    static constexpr base::u64 kMagic = 0x7472'6174'7373'6574; // "tesstart"

    /// With this magic: what every program has, by kind. The roots of the machine's authority are not among it.
    abi::RootBlock own;
    base::u64 bytes; ///< of the block
    base::u64 heap;  ///< its address; a page of zeros and more
    base::u64 heap_bytes;
    base::u64 heap_memory;         ///< handle
    base::u64 stack_end;           ///< address
    base::u64 panic_page;          ///< address
    base::u64 clock_memory;        ///< handle, for those that it launches
    std::array<base::u64, 4> seed; ///< random numbers for this program alone
    Table names;
    Table arguments;
    Table environment;
};

/// All of a start block, with its tables.
inline std::span<const std::byte> bytes_of(const StartBlock& block) {
#pragma clang unsafe_buffer_usage begin
    // SAFETY: who made the block says how long it is.
    return {reinterpret_cast<const std::byte*>(&block), block.bytes};
#pragma clang unsafe_buffer_usage end
}

} // namespace sdk::runtime
