/// The words in which memory objects are asked and answer.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"

namespace memory_object {

/// The largest object: as much as the user half.
inline constexpr base::Bytes kMaximumSize{base::u64{1} << 47};

/// The pages of a block that one large page maps.
inline constexpr base::u8 kBlockOrder = 9;
inline constexpr base::u64 kBlockPages = base::u64{1} << kBlockOrder;

enum class Kind : base::u8 {
    Anonymous,   ///< zero until written
    PagerBacked, ///< a pager supplies what is missing
    View,        ///< a private copy of a pager-backed object: its own where it was written, the other's elsewhere
    Contiguous,  ///< one block of frames in a row, for devices
    Device,      ///< a range of physical addresses that are not ours
};

/// Whether an object's size and pages can be taken away. Shared memory between peers is Fixed.
enum class Sizing : base::u8 { Resizable, Fixed };

/// What the first write to a clean page of a pager-backed object does.
enum class FirstWrite : base::u8 {
    IsRecorded,  ///< the page is dirty
    AsksThePager ///< the pager is asked, and grants it by supplying the page again for writing
};

/// What a page is wanted for. Fetching instructions is reading.
enum class Want : base::u8 { Read, Write };

enum class Outcome : base::u8 {
    Ready,
    AskThePager, ///< queue a request; try again when it is answered
    Held         ///< writes are held back (MemoryObject::hold_writes()); try again when they are let go
};

/// What is to be mapped for an access to a page.
struct Resolution {
    Outcome outcome;
    base::PhysicalAddress frame; ///< if Ready
    bool is_writable;            ///< if Ready: whether it may be mapped for writing as well
    bool is_replaced = false;    ///< whether another frame, maybe of zeroes, was seen there before

    friend constexpr bool operator==(const Resolution&, const Resolution&) = default;
};

/// How far a call came that works in slices. When it is not `outcome` that stopped it, call again from `next`.
struct Progress {
    base::u64 next;           ///< the first page, or byte, that is not done
    Outcome outcome;          ///< not Ready: what `next` waits for
    bool is_replaced = false; ///< whether pages before `next` are in other frames than before

    friend constexpr bool operator==(const Progress&, const Progress&) = default;
};

/// Whose the frames are that a pager supplies.
enum class Supply : base::u8 {
    Lent, ///< the pager's object keeps them, pinned, until they are withdrawn; both see what either writes
    Given ///< they are the object's from now on
};

} // namespace memory_object
