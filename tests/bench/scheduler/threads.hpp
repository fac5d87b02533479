/// Threads for the figures, of this process and of others.
#pragma once

#include <array>

#include "abi/arguments.hpp"
#include "tests/bench/ipc/caller.hpp"

namespace tests::bench {

/// What a thread does for ever.
enum class Work : base::u8 {
    GiveWay, ///< lets others run
    Park,    ///< waits for a completion that does not come
    Spin,
};

class Threads {
  public:
    explicit Threads(Caller& caller);

    /// Of this process, on any processor or on one. `has_ring`: with a small one of its own.
    abi::Handle create(Work work, bool has_ring, base::u64 processor);

    /// The same of a process of its own, for which `budget` pays.
    abi::Handle create_elsewhere(Work work, base::u64 processor, abi::Handle budget);

    /// One below the program's own, with limits of processors.
    abi::Handle create_budget(const abi::ProcessorLimits& limits);

    /// Nanoseconds that threads of `budget` have used.
    base::u64 used_by(abi::Handle budget);

    /// Ends `budget` with all that it pays for.
    void end_budget(abi::Handle budget);

    [[nodiscard]] abi::Handle own_budget() const;

    /// Whether there is a processor with this index.
    [[nodiscard]] bool is_there(base::u64 processor);

    void start(abi::Handle thread) { call(thread, abi::ThreadMethod::Start); }

    void end(abi::Handle thread);

    void set_weight(abi::Handle thread, base::u32 weight);

    abi::ThreadScheduling look(abi::Handle thread);

    /// Bytes that the program's budget pays for.
    base::u64 memory();

    /// Monotonic nanoseconds.
    base::u64 now();

    void sleep(base::u64 span);

  private:
    abi::Completion call(abi::Handle thread, abi::ThreadMethod method, std::span<const base::u64> arguments = {}) {
        return caller_.call(thread, abi::ObjectKind::Thread, method, arguments);
    }

    abi::Handle create_ring(abi::Handle process);
    abi::Handle create_of(abi::Handle process, base::u64 entry, base::u64 ring, base::u64 processor);
    void drop(abi::Handle handle);

    Caller& caller_;
    abi::Handle code_;
    base::u64 code_address_;
    base::u64 stacks_; ///< where the next untouched stack ends
};

} // namespace tests::bench
