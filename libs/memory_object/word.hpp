/// What a memory object knows about one page, in one word.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"

namespace memory_object {

enum class Tag : base::u8 {
    Absent = 0,     ///< never touched or discarded: reads as zero, or is the pager's to supply
    Zero = 1,       ///< known to be zero, whatever pager or parent has there
    Frame = 2,      ///< a frame that this object counts as its own
    Compressed = 3, ///< reserved: nothing makes it yet
    Foreign = 4,    ///< a frame of another object, the pager's or one that lends it: not counted here
    Moved = 5,      ///< its frame was given to another object; an access is a mistake
    Poisoned = 6,   ///< its frame is damaged; an access is an error
};

/// The word: tag, two bits for pagers, the frame's address, and how often the page is pinned.
class Word {
  public:
    /// A page can be pinned this often at the same time.
    static constexpr base::u64 kMaximumPins = 4095;

    constexpr Word() = default;

    constexpr explicit Word(Tag tag) : word_(static_cast<base::u64>(tag)) {}

    /// `frame` is a multiple of 4 KiB below 2^52.
    constexpr Word(Tag tag, base::PhysicalAddress frame) : word_(static_cast<base::u64>(tag) | frame.value()) {}

    [[nodiscard]] constexpr Tag tag() const { return static_cast<Tag>(word_ & kTag); }

    [[nodiscard]] constexpr bool is_absent() const { return tag() == Tag::Absent; }

    /// Whether frame() means something.
    [[nodiscard]] constexpr bool has_frame() const { return tag() == Tag::Frame || tag() == Tag::Foreign; }

    [[nodiscard]] constexpr base::PhysicalAddress frame() const { return base::PhysicalAddress{word_ & kFrame}; }

    /// Whether the page was written since it was supplied or cleaned.
    [[nodiscard]] constexpr bool is_dirty() const { return (word_ & kDirty) != 0; }

    /// Whether the pager allowed to write the page.
    [[nodiscard]] constexpr bool is_granted() const { return (word_ & kGranted) != 0; }

    [[nodiscard]] constexpr base::u64 pins() const { return word_ >> kPinShift; }

    [[nodiscard]] constexpr Word with_dirty(bool dirty) const { return with(kDirty, dirty); }

    [[nodiscard]] constexpr Word with_granted(bool granted) const { return with(kGranted, granted); }

    [[nodiscard]] constexpr Word with_pins(base::u64 pins) const {
        return Word{(word_ & ~(~base::u64{0} << kPinShift)) | pins << kPinShift};
    }

    friend constexpr bool operator==(Word, Word) = default;

  private:
    constexpr explicit Word(base::u64 word) : word_(word) {}

    [[nodiscard]] constexpr Word with(base::u64 bit, bool on) const { return Word{on ? word_ | bit : word_ & ~bit}; }

    static constexpr base::u64 kTag = 7;
    static constexpr base::u64 kDirty = 1 << 3;
    static constexpr base::u64 kGranted = 1 << 4;
    static constexpr base::u64 kFrame = 0x000f'ffff'ffff'f000;
    static constexpr unsigned kPinShift = 52;

    base::u64 word_ = 0;
};

} // namespace memory_object
