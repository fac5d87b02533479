/// A channel whose both sides are this thread: what is sent and what arrives, step by step.
#pragma once

#include <string_view>

#include "tests/abi/cases.hpp"

namespace tests::abi {

inline constexpr u64 kServerTag = 0x5e0;
inline constexpr u16 kMethod = 0x8010;

class ChannelCalls {
  public:
    /// A new channel, whose server's end is attached to the own ring with kServerTag.
    explicit ChannelCalls(Calls& calls) : ChannelCalls(calls, kServerTag) {}

    /// Tag 0: not attached.
    ChannelCalls(Calls& calls, u64 tag);

    Handle server{};
    Handle client{};

    Error attach(Handle end, u64 tag);
    Error detach(Handle end);

    /// Submits a call of the client, with `tag`, and does not wait.
    void send(u64 tag, u64 word = 0) { submit(call_entry(client, tag, word)); }

    static ::abi::Submission call_entry(Handle client, u64 tag, u64 word = 0);

    /// An answer with status 0.
    static ::abi::Submission answer_entry(u64 token, u64 tag, u64 word = 0);

    /// Has the kernel take `entry`, and waits for nothing.
    void submit(const ::abi::Submission& entry);

    /// The next completion, if there is one; else one of zeros.
    ::abi::Completion take() { return calls_.take(); }

    /// Answers the call of `token` with `word`; the answer's own result.
    Error answer(u64 token, u64 word = 0);

    /// Gives back both ends that are still held.
    void drop();

  private:
    Calls& calls_;
};

/// Which kind of completion `completion` is.
constexpr ::abi::CompletionKind kind_of(const ::abi::Completion& completion) {
    return static_cast<::abi::CompletionKind>(completion.flags & ::abi::kCompletionKindMask);
}

/// The first word of its payload.
u64 word_of(const ::abi::Completion& completion);

} // namespace tests::abi
