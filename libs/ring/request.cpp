#include "libs/ring/request.hpp"

#include <array>
#include <bit>
#include <cstddef>

#include "libs/ring/shared_word.hpp"

namespace ring {

namespace {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

constexpr u16 kKnownFlags = static_cast<u16>(abi::SubmissionFlag::Quiet) |
                            static_cast<u16>(abi::SubmissionFlag::Chained) |
                            static_cast<u16>(abi::SubmissionFlag::TellServer);

/// The eight bytes behind `capability`, as they lie in memory.
struct Middle {
    u16 method;
    u16 flags;
    u8 length;
    u8 slots;
    u8 accept;
    u8 zero;
};

static_assert(sizeof(Middle) == sizeof(u64));
static_assert(offsetof(abi::Submission, flags) == 10 && offsetof(abi::Submission, accept) == 14);

} // namespace

Request Request::read(const abi::Submission& entry) {
    const auto middle = std::bit_cast<Middle>(load_pair(entry.method));
    return {.capability = abi::Handle{load_once(entry.capability)},
            .method = middle.method,
            .flags = middle.flags,
            .length = middle.length,
            .slots = middle.slots,
            .accept = middle.accept,
            .zero = middle.zero,
            .tag = load_once(entry.tag),
            .deadline = load_once(entry.deadline)};
}

bool Request::is_well_formed() const {
    return (flags & ~u32{kKnownFlags}) == 0 && length <= abi::kPayloadBytes && slots <= abi::kEntrySlots &&
           accept <= abi::kEntrySlots && zero == 0;
}

} // namespace ring
