/// The head of a submission.
#pragma once

#include "abi/handle.hpp"
#include "abi/ring.hpp"
#include "base/types.hpp"

namespace ring {

/// Of a submission, all but payload and slots, read once.
struct Request {
    abi::Handle capability;
    base::u16 method = 0;
    base::u16 flags = 0;
    base::u8 length = 0;
    base::u8 slots = 0;
    base::u8 accept = 0;
    base::u8 zero = 0;
    base::u64 tag = 0;
    base::u64 deadline = 0;

    /// Reads each word of `entry`, which its program may be changing, once.
    static Request read(const abi::Submission& entry);

    /// Whether all lies in its range: no unknown flag, nothing where zero must be.
    [[nodiscard]] bool is_well_formed() const;

    [[nodiscard]] bool has(abi::SubmissionFlag flag) const { return (flags & static_cast<base::u16>(flag)) != 0; }
};

} // namespace ring
