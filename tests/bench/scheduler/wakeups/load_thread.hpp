/// Threads of the bench's own process that keep the kernel busy.
#pragma once

#include <atomic>
#include <bit>

#include "sdk/runtime/kernel_call.hpp"
#include "tests/bench/ipc/caller.hpp"

namespace tests::bench {

/// What a load shares with who started it.
struct LoadControl {
    abi::RootBlock block; ///< with the thread's own ring in place of the first one
    std::atomic<base::u64> rounds{0};
    std::atomic<bool> must_end{false};
    std::atomic<bool> has_ended{false};
};

/// One of them, with a ring of 256 submissions and a stack of its own.
class LoadThread {
  public:
    /// Never returns.
    using Function = void (*)(abi::RingHeader* header, base::u64 control);

    LoadThread(Caller& caller, const abi::RootBlock& block) : caller_(caller), control_{block} {}

    /// Runs `function` on `processor`.
    void start(Function function, base::u64 processor);

    [[nodiscard]] base::u64 rounds() const { return control_.rounds.load(std::memory_order_relaxed); }

    /// Has it end after its round.
    void ask_to_end() { control_.must_end.store(true, std::memory_order_relaxed); }

    [[nodiscard]] bool has_ended() const { return control_.has_ended.load(std::memory_order_acquire); }

    /// Ends it. Its ring and its stack stay with the process.
    void end();

  private:
    Caller& caller_;
    LoadControl control_;
    abi::Handle thread_;
};

/// Makes a Load of the thread's own caller, and has it do one round after the other.
template <class Load>
[[noreturn]] void run_load(abi::RingHeader* header, base::u64 argument) {
    auto& control = *std::bit_cast<LoadControl*>(argument);
    sdk::runtime::ProgramRing ring(*header, control.block);
    Caller caller(ring, control.block);
    Load load(caller);
    while (!control.must_end.load(std::memory_order_relaxed)) {
        load.run_round();
        control.rounds.fetch_add(1, std::memory_order_relaxed);
    }
    control.has_ended.store(true, std::memory_order_release);
    for (;;) {
        sdk::runtime::submit(0, 1);
    }
}

} // namespace tests::bench
