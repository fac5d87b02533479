/// What goes on while wake-ups are measured. Each is made and used by a thread of its own.
#pragma once

#include <array>

#include "tests/bench/ipc/caller.hpp"

namespace tests::bench {

/// Memory that is mapped into the own space.
struct Mapped {
    abi::Handle memory;
    base::u64 address;
    base::u64 bytes;
};

/// Touches 2 MiB page by page, and forgets them.
class FaultLoad {
  public:
    explicit FaultLoad(Caller& caller);
    void run_round();

  private:
    Caller& caller_;
    Mapped pages_;
};

/// A process fills 1 GiB, exits, and is given back.
class ExitLoad {
  public:
    static constexpr base::u64 kBytes = base::u64{1} << 30;

    explicit ExitLoad(Caller& caller);
    void run_round();

  private:
    Caller& caller_;
    abi::Handle code_;
};

/// Derives 10,000 capabilities, revokes them, and drops them.
class RevokeLoad {
  public:
    explicit RevokeLoad(Caller& caller);
    void run_round();

  private:
    static constexpr base::u32 kCount = 10'000;
    static constexpr base::u32 kBatch = 250;

    Caller& caller_;
    abi::Handle top_;
    std::array<abi::Handle, kCount> children_{};
};

/// Batches of 256 copies out of a lease of 64 KiB, 16 KiB each, which is the most that one entry copies.
class LeaseLoad {
  public:
    explicit LeaseLoad(Caller& caller);
    void run_round();

  private:
    static constexpr base::u64 kBytes = 64 << 10;
    static constexpr base::u32 kBatch = 256;

    Caller& caller_;
    abi::Handle own_;
    base::u64 token_;
};

/// Maps 256 KiB, touches them and unmaps them, while another processor has the space in force.
class UnmapLoad {
  public:
    explicit UnmapLoad(Caller& caller);
    void run_round();

  private:
    Caller& caller_;
    abi::Handle memory_;
};

/// Has a space in force, and leaves its turn of an emulated processor to the others all the time.
[[noreturn]] void keep_space_in_force(abi::RingHeader* header, base::u64 control);

} // namespace tests::bench
