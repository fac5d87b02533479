/// Marks in a program for the plugin of this folder. Each is one instruction that does nothing.
#pragma once

#include <cstdint>

namespace tests::bench {

/// NOP with an address of 32 bits that nothing reads; [intel/vol2] NOP. The plugin knows it by its bytes.
inline constexpr std::uint32_t kRoundMark = 0x7e55'0001;
inline constexpr std::uint32_t kEndMark = 0x7e55'0002;
inline constexpr std::uint32_t kBeginMark = 0x7e55'0003;

// SAFETY: they change nothing, no register either.

/// A round begins. From the first one on, costs are counted.
[[gnu::always_inline]] inline void mark_round() { asm volatile("nopl %c0(%%rax,%%rax,1)" : : "i"(kRoundMark)); }

/// The last round is over.
[[gnu::always_inline]] inline void mark_end() { asm volatile("nopl %c0(%%rax,%%rax,1)" : : "i"(kEndMark)); }

/// What several processors do from the next round to the next end is of one kind: what goes on after that end is not.
[[gnu::always_inline]] inline void mark_begin() { asm volatile("nopl %c0(%%rax,%%rax,1)" : : "i"(kBeginMark)); }

} // namespace tests::bench
