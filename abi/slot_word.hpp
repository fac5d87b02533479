/// A capability in a message.
#pragma once

#include "abi/handle.hpp"
#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "abi/types.hpp"

namespace abi {

/// How a capability travels.
enum class SlotMode : u8 {
    None,   ///< nothing is in the slot
    Derive, ///< the receiver gets a child; needs Grant
    Move,   ///< the receiver gets this very capability; needs Delegate
    Lend,   ///< a range of a Memory for the duration of the call
};

/// Bits 0 to 47 handle, 48 to 53 permissions, 54 and 55 mode, 56 to 63 object kind in a completion, zero in a
/// submission. A plain number: any value may come from a program.
class SlotWord {
  public:
    constexpr SlotWord() = default;

    constexpr explicit SlotWord(u64 word) : word_(word) {}

    /// For a submission: `permissions` is what the receiver may have of it at most.
    constexpr SlotWord(Handle handle, Permissions permissions, SlotMode mode)
        : SlotWord(handle, permissions, mode, ObjectKind::None) {}

    /// As the receiver sees it.
    constexpr SlotWord(Handle handle, Permissions permissions, SlotMode mode, ObjectKind kind)
        : word_((handle.word() & kHandle) | static_cast<u64>(permissions.bits) << kPermissionsShift |
                static_cast<u64>(mode) << kModeShift | static_cast<u64>(kind) << kKindShift) {}

    [[nodiscard]] constexpr u64 word() const { return word_; }

    [[nodiscard]] constexpr Handle handle() const { return Handle{word_ & kHandle}; }

    [[nodiscard]] constexpr Permissions permissions() const {
        return Permissions{static_cast<u8>(word_ >> kPermissionsShift & kAllPermissions.bits)};
    }

    [[nodiscard]] constexpr SlotMode mode() const { return static_cast<SlotMode>(word_ >> kModeShift & 3); }

    [[nodiscard]] constexpr ObjectKind kind() const { return static_cast<ObjectKind>(word_ >> kKindShift); }

    friend constexpr bool operator==(SlotWord, SlotWord) = default;

  private:
    static constexpr u64 kHandle = (1ULL << 48) - 1;
    static constexpr unsigned kPermissionsShift = 48;
    static constexpr unsigned kModeShift = 54;
    static constexpr unsigned kKindShift = 56;

    u64 word_ = 0;
};

} // namespace abi
