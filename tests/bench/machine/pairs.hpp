/// Clients and servers that call each other on several processors, with marks for tests/bench/costs.
#pragma once

#include <array>

#include "tests/bench/machine/peers.hpp"

namespace tests::bench {

/// Each client and each server is a process of its own.
class Pairs {
  public:
    static constexpr base::u64 kProcessors = 4;

    /// How a thread hears of what another one has sent.
    enum class Hearing : base::u64 { Waits, Polls };

    explicit Pairs(Peers& peers) : peers_(peers) {}

    /// A pair on each of four processors, until one has made a thousand calls.
    void run_apart();

    /// One pair, on the second and the third processor.
    void run_across(Hearing hearing);

  private:
    /// For `clients` that are to begin together.
    void begin(base::u64 clients, Hearing hearing);
    void add(base::u64 client_processor, base::u64 server_processor);
    void finish();

    Peers& peers_;
    abi::Handle shared_;
    Hearing hearing_ = Hearing::Waits;
    base::usize count_ = 0;
    std::array<Peer, kProcessors> clients_{};
    std::array<Peer, kProcessors> servers_{};
};

} // namespace tests::bench
