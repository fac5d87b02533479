/// The routines of user_code.S; their arguments and results stand there.
#pragma once

#include "base/types.hpp"

namespace kernel::testing {

enum class UserRoutine : base::u8 {
    ReadClock,
    WatchInterrupt,
    Breakpoints,
    Count,
    Wait,
    WaitPlainly,
    Touch,
    WritePages,
    Keep,
    Selectors,
    Invalid,
    SingleStep,
    Divide,
    Null,
    WriteCode,
    JumpNowhere,
    ReadKernel,
    OverflowStack,
    Call,
};

/// Of UserRoutine::Keep.
inline constexpr base::u64 kKeepAvx2 = 1;
inline constexpr base::u64 kKeepAvx512 = 2;
inline constexpr base::u64 kKeepBases = 4;
inline constexpr base::u64 kKeepKeys = 8;

/// Where `routine` begins, from the start of the page.
base::u64 offset_of(UserRoutine routine);

/// Where the page lies in the image.
base::u64 user_code_address();

} // namespace kernel::testing
