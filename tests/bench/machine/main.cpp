// With one processor: what a driver waits for. With four: calls whose costs a plugin of the emulator counts.
#include "abi/arguments.hpp"
#include "base/format.hpp"
#include "sdk/runtime/debug_sink.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"
#include "tests/bench/machine/interrupts.hpp"
#include "tests/bench/machine/pairs.hpp"

namespace {

using base::u32;
using base::u64;
using sdk::runtime::DebugSink;
using tests::bench::Caller;
using tests::bench::Pairs;
using tests::bench::Peers;

/// Whether there is a second processor. This thread stays on the first one.
bool has_second(Caller& caller) {
    const auto set = [&caller](base::u8 processors) {
        abi::Submission& entry = caller.ring().next();
        entry.capability = caller.root(abi::ObjectKind::Thread).word();
        entry.method =
            abi::object_method(abi::ObjectKind::Thread, static_cast<base::u8>(abi::ThreadMethod::SetAffinity));
        entry.length = sizeof(abi::AffinityMask);
        entry.payload[0] = processors;
        caller.ring().add();
        sdk::runtime::submit(1, 1);
        const bool is_set = caller.ring().front()->status == 0;
        caller.ring().pop();
        return is_set;
    };
    const bool is_there = set(2);
    set(1);
    return is_there;
}

void measure_interrupts(Peers& peers) {
    constexpr u32 kRounds = 1000;
    constexpr u32 kWarm = 100;
    tests::bench::Interrupts interrupts(peers);
    for (u32 round = 0; round < kWarm; ++round) {
        interrupts.interrupt_once();
    }
    u64 sum = 0;
    for (u32 round = 0; round < kRounds; ++round) {
        sum += interrupts.interrupt_once();
    }
    DebugSink sink;
    base::print(sink, "FIGURE machine.interrupt.user {} insn\n", sum / kRounds);
}

} // namespace

void start_program(u64, u64, u64, const abi::RootBlock* block, abi::RingHeader* header, const void*) {
    sdk::runtime::ProgramRing ring(*header, *block);
    Caller caller(ring, *block);
    Peers peers(caller);
    if (has_second(caller)) {
        // In this order tests/bench/costs tells of them.
        Pairs pairs(peers);
        pairs.run_apart();
        pairs.run_across(Pairs::Hearing::Waits);
        pairs.run_across(Pairs::Hearing::Polls);
    } else {
        measure_interrupts(peers);
    }
    sdk::runtime::exit(0);
}
