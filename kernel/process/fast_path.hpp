/// The shortest way through the kernel.
#pragma once

#include "kernel/process/channel.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/thread/thread.hpp"
#include "libs/ring/request.hpp"
#include "libs/ring/shared_word.hpp"

namespace kernel::process {

/// A batch of one entry that is a call through a channel, the answer to one, or the signal of an event, behind which
/// its thread waits for a completion, while whom it is for waits on this processor: most batches are. All that the
/// general way checks is checked. Where anything else is found (an error, a capability to send, a source that has
/// something) nothing has happened, and the general way begins at the start.
class FastPath {
  public:
    /// What `thread` submitted, which is bound to `ring` of `process`. The thread that has the processor while it
    /// waits; null: nothing has happened.
    static thread::Thread* submit(Process& process, Ring& ring, thread::Thread& thread);

  private:
    /// Who submits what.
    struct Batch {
        Process& process;
        Ring& ring;
        thread::Thread& thread;
        const abi::Submission& entry; ///< its program may be changing it: each word is read once
        const abi::Handle capability;
        const ring::Head head;
    };

    static thread::Thread* call(const Batch& batch);
    static thread::Thread* answer(const Batch& batch);
    /// Of a signal that wants no result. Apart from the others, which keep the batch in registers.
    static thread::Thread* signal(Process& process, Ring& ring, thread::Thread& thread, const abi::Submission& entry,
                                  abi::Handle capability);

    [[nodiscard]] static bool can_wait(Ring::State& own);
    /// What lets its thread run on what the one that gives the processor runs on.
    enum class For : base::u8 { Call, Answer, Signal };

    template <For kFor>
    [[nodiscard, gnu::always_inline]] static bool is_woken_by_one(const Batch& batch, const Ring& ring,
                                                                  const Ring::State& other);
    /// Whether `waiter`, bound to `ring`, is of the rank of its caller, on the time of another group: then a call lends
    /// it no rank.
    [[nodiscard, gnu::noinline, gnu::cold, clang::preserve_most]] static bool
    is_peer(const Batch& batch, const Ring& ring, const thread::Thread& waiter);
    [[nodiscard, gnu::noinline, gnu::cold, clang::preserve_most]] static bool take_over(const Ring& ring,
                                                                                        thread::Thread& waiter);
    static thread::Thread* hand_over(const Batch& batch, Ring::State& own, Ring::State& other);

    static Call* take_call(Ring& ring, Ring::State& own);
    static void fill(Call& call, const Batch& batch, const capability::Slot& slot, Channel& channel, Ring& server);
    static void copy_payload(const Batch& batch, abi::Completion& completion);
};

} // namespace kernel::process
