/// The head of a submission.
#pragma once

#include "abi/handle.hpp"
#include "abi/method.hpp"
#include "abi/ring.hpp"
#include "base/types.hpp"

namespace ring {

/// The word of a submission that says what it is; the bytes of `method` to `zero`, as they lie in memory.
class Head {
  public:
    constexpr explicit Head(base::u64 word) : word_(word) {}

    [[nodiscard]] constexpr base::u16 method() const { return static_cast<base::u16>(word_); }

    [[nodiscard]] constexpr base::u8 length() const { return static_cast<base::u8>(word_ >> 32); }

    /// Whether it sends nothing but a payload, accepts nothing, and asks for what `flags` say: well formed then.
    [[nodiscard]] constexpr bool is_plain(base::u16 flags) const { return is_plain(flags, 0xffff); }

    /// The same, and the method is a status, which is below those of protocols.
    [[nodiscard]] constexpr bool is_plain_answer(base::u16 flags) const {
        return is_plain(flags, abi::kFirstProtocolMethod - 1);
    }

  private:
    [[nodiscard]] constexpr bool is_plain(base::u16 flags, base::u16 methods) const {
        constexpr base::u64 kLength = 0x0000'00ff'0000'0000;
        return (word_ & ~(kLength | methods)) == base::u64{flags} << 16 && length() <= abi::kPayloadBytes;
    }

    base::u64 word_;
};

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
