/// From a record to what is submitted, and what may come of it.
#pragma once

#include "abi/ring.hpp"
#include "tests/fuzz/kernel/guest/words.hpp"

namespace tests::fuzz {

/// Of what was submitted: what is known before the kernel has seen it, and that no race can change.
struct Asked {
    static constexpr u32 kNoPlace = ~u32{0};

    u16 method = 0;
    ::abi::ObjectKind kind = ::abi::ObjectKind::None;
    ::abi::Permissions held;    ///< of the target
    u32 target = kNoPlace;      ///< its place in the table
    u32 moved = kNoPlace;       ///< place of what a success has given away
    u64 moment = 0;             ///< when it was made
    ::abi::Permissions derived; ///< the most that a child has which it makes
    bool may_succeed = true;    ///< false: what it names is gone, of another kind, or does not allow this
    bool is_quiet = false;      ///< a success is not told
};

/// Bits of Record::flow.
inline constexpr u8 kSecondLane = 1;
inline constexpr u8 kWithNext = 2;          ///< submitted together with the lane's next entry
inline constexpr u8 kWaitsAfter = 4;        ///< for something to come, a little
inline constexpr unsigned kPausesShift = 3; ///< two bits: how long it waits before, for the other lane to go on
inline constexpr u8 kQuiet = 1 << 5;
inline constexpr u8 kChained = 1 << 6;
inline constexpr u8 kTellServer = 1 << 7;

/// Fills `entry`, which is all zeros but for its tag.
Asked fill(::abi::Submission& entry, const Record& record, const Surroundings& surroundings);

} // namespace tests::fuzz
