/// How a program names a capability: a value in Capability Space, which no x86_64 processor with four-level paging
/// dereferences. A handle used as a pointer always faults; a pointer used as a handle never resolves.
#pragma once

#include "abi/types.hpp"

namespace abi {

/// Bit 47 is set, bits 48 to 63 are clear; bit 46 tells reply tokens from entries of the capability table; then 26 bits
/// of generation and 20 of slot. A plain number: any value may come from a program.
class Handle {
  public:
    static constexpr unsigned kSlotBits = 20;
    static constexpr unsigned kGenerationBits = 26;
    static constexpr u32 kLargestSlot = (1U << kSlotBits) - 1;
    static constexpr u32 kLargestGeneration = (1U << kGenerationBits) - 1;

    /// Names nothing.
    constexpr Handle() = default;

    constexpr explicit Handle(u64 word) : word_(word) {}

    /// Both numbers are cut to their bits.
    static constexpr Handle of_entry(u32 slot, u32 generation) { return Handle{kSpace | pack(slot, generation)}; }

    static constexpr Handle of_reply(u32 slot, u32 generation) {
        return Handle{kSpace | kReplyToken | pack(slot, generation)};
    }

    [[nodiscard]] constexpr u64 word() const { return word_; }

    /// Whether it lies in Capability Space at all.
    [[nodiscard]] constexpr bool is_in_space() const { return word_ >> (kReplyBit + 1) == 1; }

    [[nodiscard]] constexpr bool is_reply_token() const { return (word_ & kReplyToken) != 0; }

    [[nodiscard]] constexpr u32 slot() const { return static_cast<u32>(word_) & kLargestSlot; }

    [[nodiscard]] constexpr u32 generation() const { return static_cast<u32>(word_ >> kSlotBits) & kLargestGeneration; }

    friend constexpr bool operator==(Handle, Handle) = default;

  private:
    static constexpr unsigned kReplyBit = kSlotBits + kGenerationBits;
    static constexpr u64 kReplyToken = 1ULL << kReplyBit;
    static constexpr u64 kSpace = 1ULL << (kReplyBit + 1);

    static constexpr u64 pack(u32 slot, u32 generation) {
        return static_cast<u64>(generation & kLargestGeneration) << kSlotBits | (slot & kLargestSlot);
    }

    u64 word_ = 0;
};

static_assert(Handle::of_entry(0, 0).word() == 0x0000'8000'0000'0000);
static_assert(Handle::of_reply(Handle::kLargestSlot, Handle::kLargestGeneration).word() == 0x0000'ffff'ffff'ffff);

} // namespace abi
