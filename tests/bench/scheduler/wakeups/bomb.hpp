/// A program that makes threads as fast as it can, until its budget refuses, and then goes on trying.
#pragma once

#include "tests/bench/ipc/caller.hpp"

namespace tests::bench {

/// In a budget of 64 threads and 8 MiB; each thread that it makes spins, on any processor.
class Bomb {
  public:
    static constexpr base::u64 kThreads = 64;

    /// Starts it.
    explicit Bomb(Caller& caller);

    /// How many threads it has made.
    [[nodiscard]] base::u64 started() const { return word(0); }

    /// How often it was refused.
    [[nodiscard]] base::u64 refused() const { return word(1); }

    /// Ends it, with all that its budget pays for.
    void end();

  private:
    [[nodiscard]] base::u64 word(base::u64 index) const;

    Caller& caller_;
    abi::Handle budget_;
    base::u64 board_; ///< where it counts, here
};

} // namespace tests::bench
