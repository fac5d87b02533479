/// Two threads that wake each other.
#pragma once

#include "tests/bench/ipc/caller.hpp"

namespace tests::bench {

/// Each waits for an event, and signals the other's.
class Wakes {
  public:
    explicit Wakes(Caller& caller);

    /// Signals the other thread, which signals this one.
    void signal_and_wait();

  private:
    abi::Handle event(abi::Handle ring);
    void start(base::u64 stack, const abi::Completion& ring, abi::Handle heard);

    Caller& caller_;
    abi::Handle signalled_;
};

} // namespace tests::bench
