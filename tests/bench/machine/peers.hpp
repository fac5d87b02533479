/// Other processes that run a routine of routines.S.
#pragma once

#include "tests/bench/ipc/caller.hpp"

namespace tests::bench {

/// In routines.S, with their arguments.
enum class Routine : base::u64 { Drive, Ask, Answer };

/// One of them, with a ring of 2 submissions and 4 completions.
struct Peer {
    abi::Handle process;
    abi::Handle space;
    abi::Handle ring;
    base::u64 ring_address;
};

/// Makes them. Any error ends the program.
class Peers {
  public:
    static constexpr base::u64 kPage = 4096;
    /// Where share() shows a page to a process.
    static constexpr base::u64 kShared = 0x5100'0000'0000;

    explicit Peers(Caller& caller);

    /// A process that runs nothing yet.
    Peer create();

    /// A page of zeros.
    abi::Handle create_page();

    /// Shows `page` in this process.
    base::u64 show(abi::Handle page);

    /// Shows `page` in `peer` at kShared.
    void share(const Peer& peer, abi::Handle page);

    /// `peer` hears of `source` from now on, of bit 0 if it is an event.
    void attach(const Peer& peer, abi::Handle source, base::u64 mask);

    /// `peer` holds a child of `handle`: its name there.
    abi::Handle give(const Peer& peer, abi::Handle handle);

    /// Runs `routine` in `peer` on `processor`, with its ring and these: its thread.
    abi::Handle start(const Peer& peer, Routine routine, base::u64 second, base::u64 third, base::u64 processor);

    /// The code with which `peer` ends.
    base::u64 wait(const Peer& peer);

    /// Ends it.
    void end(const Peer& peer);

    Caller& caller() { return caller_; }

  private:
    Caller& caller_;
    abi::Handle code_;
};

} // namespace tests::bench
