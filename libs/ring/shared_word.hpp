/// Words that the other side may be writing.
#pragma once

#include <array>
#include <cstddef>

#include "abi/ring.hpp"
#include "base/types.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: reads and writes naturally aligned words of shared memory by single accesses of the processor.

namespace ring {

/// One load, whatever the compiler would like to do.
inline base::u64 load_once(const base::u64& word) { return __atomic_load_n(&word, __ATOMIC_RELAXED); }

/// The four bytes that begin with `first`, which is aligned to four.
inline base::u32 load_four(const std::byte& first) {
    return __atomic_load_n(reinterpret_cast<const base::u32*>(&first), __ATOMIC_RELAXED);
}

/// The eight bytes that begin with `first`, which is aligned to eight.
inline base::u64 load_pair(const base::u16& first) {
    return __atomic_load_n(reinterpret_cast<const base::u64*>(&first), __ATOMIC_RELAXED);
}

/// Word `index` of a payload, which begins at a multiple of eight.
inline base::u64 load_word(const std::array<base::u8, abi::kPayloadBytes>& payload, base::usize index) {
    return __atomic_load_n(reinterpret_cast<const base::u64*>(payload.data()) + index, __ATOMIC_RELAXED);
}

/// The same, written.
inline void store_word(std::array<base::u8, abi::kPayloadBytes>& payload, base::usize index, base::u64 value) {
    __atomic_store_n(reinterpret_cast<base::u64*>(payload.data()) + index, value, __ATOMIC_RELAXED);
}

/// All of a payload that its program may be changing, each word once.
inline void copy_payload(std::array<base::u8, abi::kPayloadBytes>& to,
                         const std::array<base::u8, abi::kPayloadBytes>& from) {
    for (base::usize index = 0; index < abi::kPayloadBytes / sizeof(base::u64); ++index) {
        store_word(to, index, load_word(from, index));
    }
}

/// All of an entry that its program may be changing, each word once.
inline void copy_entry(abi::Submission& to, const abi::Submission& from) {
    auto* const words = reinterpret_cast<base::u64*>(&to);
    const auto* const read = reinterpret_cast<const base::u64*>(&from);
    for (base::usize index = 0; index < sizeof(abi::Submission) / sizeof(base::u64); ++index) {
        words[index] = __atomic_load_n(read + index, __ATOMIC_RELAXED);
    }
}

/// What the other side published with it is seen.
inline base::u32 load_position(const base::u32& position) { return __atomic_load_n(&position, __ATOMIC_ACQUIRE); }

/// What was written before is seen by who reads it.
inline void publish_position(base::u32& position, base::u32 value) {
    __atomic_store_n(&position, value, __ATOMIC_RELEASE);
}

} // namespace ring

#pragma clang unsafe_buffer_usage end
