/// Calls that lend ranges of a Memory, and their server.
#pragma once

#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"

namespace tests::abi {

inline constexpr u64 kPage = 4096;
inline constexpr u16 kCopyLent = method_of(ObjectKind::Ring, ::abi::RingMethod::CopyLent);

/// What is lent.
struct Range {
    u64 offset;
    u64 bytes;
    u64 access;
};

inline constexpr u64 kMapRead = ::abi::kLeaseMap | ::abi::kLeaseRead;
inline constexpr u64 kMapWrite = kMapRead | ::abi::kLeaseWrite;
inline constexpr u64 kPinWrite = ::abi::kLeasePin | ::abi::kLeaseWrite;

constexpr u64 packed(const Range& range) { return range.access << ::abi::kLeaseAccessShift | range.bytes; }

u64 word_in(const ::abi::Completion& completion, base::usize at);

/// Adds a lease of `range` to `entry`, its first or its second. `what`: a Memory, or a token.
void add_lease(::abi::Submission& entry, Handle what, const Range& range, Permissions permissions);

/// A client's Memory, a server's, and a channel between.
struct Lending {
    explicit Lending(Calls& with)
        : calls(with), channel(with), theirs(with.create_memory(16 * kPage)), ours(with.create_memory(16 * kPage)) {}

    Outcome copy(u64 token, const ::abi::CopyLentArguments& wanted, Handle own);

    Error copy_error(u64 token, const ::abi::CopyLentArguments& wanted) { return copy(token, wanted, ours).error; }

    /// Shows lease `lease` of the call of `token` in `window`, from `page` on.
    Outcome map(u64 token, Handle window, u64 page, u64 lease = 0);

    Error map_error(u64 token, u64 page, u64 lease = 0) { return map(token, ours, page, lease).error; }

    /// Sends a call that lends `range`, without waiting.
    void send_range(const Range& range, Permissions permissions = ::abi::kRead | ::abi::kWrite, u16 flags = 0);

    /// The next completion, when it has come.
    ::abi::Completion take();

    /// Sends a call that lends `range`, and receives it.
    ::abi::Completion lend_range(const Range& range, Permissions permissions = ::abi::kRead | ::abi::kWrite) {
        send_range(range, permissions);
        return take();
    }

    /// The error of a call that lends `range` of `memory`.
    Error refused(Handle memory, const Range& range, Permissions permissions, u8 length = 8);

    Error on_pages(Handle memory, ::abi::MemoryMethod method, u64 page, u64 count = 1);

    /// A copy, which the root budget pays for.
    Outcome clone(Handle memory);

    /// Answers, and takes the answer: its status.
    Error answer(u64 token);

    void end();

    Calls& calls;
    ChannelCalls channel;
    Handle theirs;
    Handle ours;
    u64 tag = 0x100; ///< of the last call
};

} // namespace tests::abi
