/// What processes and threads cost.
#pragma once

#include <array>

#include "abi/arguments.hpp"
#include "abi/handle.hpp"
#include "abi/methods.hpp"
#include "abi/slot_word.hpp"
#include "sdk/runtime/program_ring.hpp"
#include "tests/bench/ipc/caller.hpp"

namespace tests::bench {

/// Makes and ends them, each call by itself. Any error ends the program.
class Processes {
  public:
    explicit Processes(Caller& caller);

    /// One page of code that is there already: made, run to its exit, waited for, given back.
    void create_exit_reap();

    /// A thread of this process, on a ring that is there already: made, run until it kills itself by its one submit,
    /// waited for, given back.
    void create_join();

    /// Bytes that a process with a ring, a page of code and a thread that waits costs its budget.
    base::u64 idle_memory();

    /// A process that answers each request with what it brought. The client's end of its channel.
    abi::Handle serve();

    /// A call of `client` with a payload of 64 bytes, until its answer is there and read: it must be the same.
    void call_and_reply(abi::Handle client);

    /// Many of them with marks for tests/bench/costs; the budget must pay for no more afterwards.
    void count_costs(abi::Handle client);

    /// The same with no payload.
    void call_with_nothing(abi::Handle client);

    /// The same with 64 bytes and a deadline.
    void call_until(abi::Handle client, base::u64 deadline);

    /// The same with 64 bytes, and `moved` goes to the server for good.
    void call_and_move(abi::Handle client, abi::Handle moved);

  private:
    struct Made {
        abi::Handle process;
        abi::Handle space;
    };

    Made create();
    abi::Completion call(abi::Handle capability, base::u16 method, std::span<const base::u64> arguments = {},
                         base::u64 slot = 0);
    /// Sends a call that fill(entry) has changed, and reads the answer.
    template <class Fill>
    void send(abi::Handle client, base::u8 bytes, Fill fill);
    static void expect(bool is_right);
    abi::Handle create_thread(abi::Handle process, base::u64 entry, base::u64 ring);
    void drop(abi::Handle handle);
    base::u64 used();

    Caller& caller_;
    sdk::runtime::ProgramRing& ring_;
    abi::Handle process_;
    abi::Handle budget_;
    abi::Handle space_;
    std::array<base::u64, abi::kPayloadBytes / sizeof(base::u64)> message_{};
    base::u64 sent_ = 0; ///< the first word of the last message
    abi::Handle code_;
    abi::Handle other_ring_;
    abi::RingHeader* other_header_ = nullptr;
};

} // namespace tests::bench
