/// The head of a submission.
#pragma once

#include <cstddef>

#include "abi/handle.hpp"
#include "abi/method.hpp"
#include "abi/ring.hpp"
#include "base/types.hpp"
#include "libs/ring/shared_word.hpp"

namespace ring {

/// The word of a submission that says what it is; the bytes of `method` to `zero`, as they lie in memory.
class Head {
  public:
    constexpr Head() = default;

    constexpr explicit Head(base::u64 word) : word_(word) {}

    [[nodiscard]] constexpr base::u64 word() const { return word_; }

    [[nodiscard]] constexpr base::u16 method() const { return static_cast<base::u16>(word_); }

    [[nodiscard]] constexpr base::u16 flags() const { return static_cast<base::u16>(word_ >> 16); }

    [[nodiscard]] constexpr base::u8 length() const { return byte<32>(); }

    [[nodiscard]] constexpr base::u8 slots() const { return byte<40>(); }

    [[nodiscard]] constexpr base::u8 accept() const { return byte<48>(); }

    /// Whether all lies in its range: no unknown flag, nothing where zero must be.
    [[nodiscard]] constexpr bool is_well_formed() const {
        constexpr base::u64 kZero = 0xff00'0000'0000'0000 | base::u64{static_cast<base::u16>(~kKnownFlags)} << 16;
        return (word_ & kZero) == 0 && length() <= abi::kPayloadBytes && slots() <= abi::kEntrySlots &&
               accept() <= abi::kEntrySlots;
    }

    /// Whether it sends nothing but a payload, accepts nothing, and asks for what `flags` say: well formed then.
    [[nodiscard]] constexpr bool is_plain(base::u16 flags) const { return is_plain(flags, 0xffff); }

    /// The same, and the method is a status, which is below those of protocols.
    [[nodiscard]] constexpr bool is_plain_answer(base::u16 flags) const {
        return is_plain(flags, abi::kFirstProtocolMethod - 1);
    }

  private:
    static constexpr base::u16 kKnownFlags = static_cast<base::u16>(abi::SubmissionFlag::Quiet) |
                                             static_cast<base::u16>(abi::SubmissionFlag::Chained) |
                                             static_cast<base::u16>(abi::SubmissionFlag::TellServer);

    template <unsigned kShift>
    [[nodiscard]] constexpr base::u8 byte() const {
        return static_cast<base::u8>(word_ >> kShift);
    }

    [[nodiscard]] constexpr bool is_plain(base::u16 flags, base::u16 methods) const {
        constexpr base::u64 kLength = 0x0000'00ff'0000'0000;
        return (word_ & ~(kLength | methods)) == base::u64{flags} << 16 && length() <= abi::kPayloadBytes;
    }

    base::u64 word_ = 0;
};

static_assert(offsetof(abi::Submission, flags) == 10 && offsetof(abi::Submission, accept) == 14);

/// Of a submission, all but payload and slots, read once.
struct Request {
    abi::Handle capability;
    Head head;
    base::u64 tag = 0;
    base::u64 deadline = 0;

    /// Reads each word of `entry`, which its program may be changing, once.
    static Request read(const abi::Submission& entry) {
        return {.capability = abi::Handle{load_once(entry.capability)},
                .head = Head{load_pair(entry.method)},
                .tag = load_once(entry.tag),
                .deadline = load_once(entry.deadline)};
    }

    [[nodiscard]] base::u16 method() const { return head.method(); }

    [[nodiscard]] base::u16 flags() const { return head.flags(); }

    [[nodiscard]] base::u8 length() const { return head.length(); }

    [[nodiscard]] base::u8 slots() const { return head.slots(); }

    [[nodiscard]] base::u8 accept() const { return head.accept(); }

    [[nodiscard]] bool is_well_formed() const { return head.is_well_formed(); }

    [[nodiscard]] bool has(abi::SubmissionFlag flag) const { return (flags() & static_cast<base::u16>(flag)) != 0; }
};

} // namespace ring
