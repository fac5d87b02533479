// Each figure is the mean of many rounds, with everything that the program does for a call: filling the entry, entering
// the kernel, and reading the result.
#include <array>

#include "abi/arguments.hpp"
#include "abi/handle.hpp"
#include "abi/methods.hpp"
#include "abi/slot_word.hpp"
#include "base/format.hpp"
#include "sdk/runtime/debug_sink.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/program_ring.hpp"
#include "sdk/runtime/start.hpp"
#include "tests/bench/ipc/caller.hpp"
#include "tests/bench/ipc/processes.hpp"
#include "tests/bench/ipc/revocations.hpp"
#include "tests/bench/ipc/wakes.hpp"

namespace {

using base::u32;
using base::u64;
using base::u8;
using sdk::runtime::DebugSink;

constexpr u32 kRounds = 1000;
/// Before them, to fill caches of every kind.
constexpr u32 kWarm = 100;

struct Bench {
    sdk::runtime::ProgramRing ring;
    abi::Handle debug;

    void add_null() {
        abi::Submission& entry = ring.next();
        entry.capability = debug.word();
        entry.method = static_cast<base::u16>(abi::HandleMethod::Null);
        ring.add();
    }

    /// The slot of the next completion, which must be a success.
    u64 take() {
        const abi::Completion* const done = ring.front();
        if (done == nullptr || done->status != 0) {
            sdk::runtime::exit(1);
        }
        const u64 slot = done->slot[0];
        ring.pop();
        return slot;
    }

    void call_null() {
        add_null();
        sdk::runtime::submit(1, 1);
        take();
    }

    void call_nulls(u32 count) {
        for (u32 i = 0; i < count; ++i) {
            add_null();
        }
        sdk::runtime::submit(count, count);
        for (u32 i = 0; i < count; ++i) {
            take();
        }
    }

    void derive_and_drop() {
        abi::Submission& derive = ring.next();
        derive.capability = debug.word();
        derive.method = static_cast<base::u16>(abi::HandleMethod::Derive);
        derive.length = sizeof(abi::DeriveArguments);
        derive.payload[0] = abi::kAllPermissions.bits;
        ring.add();
        sdk::runtime::submit(1, 1);
        const abi::SlotWord child{take()};
        abi::Submission& drop = ring.next();
        drop.capability = child.handle().word();
        drop.method = static_cast<base::u16>(abi::HandleMethod::Drop);
        ring.add();
        sdk::runtime::submit(1, 1);
        take();
    }
};

u64 ticks() { return __builtin_readcyclecounter(); }

/// The mean of a round, after some that fill caches of every kind.
template <class Round>
u64 measure(Round round) {
    for (u32 i = 0; i < kWarm; ++i) {
        round();
    }
    const u64 start = ticks();
    for (u32 i = 0; i < kRounds; ++i) {
        round();
    }
    return (ticks() - start) / kRounds;
}

} // namespace

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock* block, abi::RingHeader* header, const void*) {
    constexpr u32 kBatch = 32;
    Bench bench{.ring = sdk::runtime::ProgramRing(*header, *block),
                .debug = abi::Handle{block->handles.at(static_cast<u8>(abi::ObjectKind::Debug))}};
    DebugSink sink;
    base::print(sink, "FIGURE ipc.null.single {} insn\n", measure([&] { bench.call_null(); }));
    base::print(sink, "FIGURE ipc.null.batch32 {} insn\n", measure([&] { bench.call_nulls(kBatch); }) / kBatch);
    base::print(sink, "FIGURE ipc.derive_delete {} insn\n", measure([&] { bench.derive_and_drop(); }));
    tests::bench::Caller caller(bench.ring, *block);
    tests::bench::Processes processes(caller);
    const abi::Handle server = processes.serve();
    constexpr u64 kFarAway = ~u64{0} >> 2;
    base::print(sink, "FIGURE ipc.call.rtt {} insn\n", measure([&] { processes.call_and_reply(server); }));
    processes.count_costs(server);
    base::print(sink, "FIGURE ipc.call.empty.rtt {} insn\n", measure([&] { processes.call_with_nothing(server); }));
    base::print(sink, "FIGURE ipc.call.deadline.rtt {} insn\n",
                measure([&] { processes.call_until(server, kFarAway); }));
    std::array<abi::Handle, kRounds + kWarm> moving{};
    for (abi::Handle& handle : moving) {
        handle = caller.derive(bench.debug);
    }
    u32 moved = 0;
    base::print(sink, "FIGURE ipc.call.cap.rtt {} insn\n",
                measure([&] { processes.call_and_move(server, moving.at(moved++)); }));
    tests::bench::Wakes wakes(caller);
    // There and back.
    base::print(sink, "FIGURE ipc.event.signal_wake {} insn\n", measure([&] { wakes.signal_and_wait(); }) / 2);
    const abi::Handle top = tests::bench::spread(caller);
    const u64 before = ticks();
    tests::bench::revoke(caller, top);
    base::print(sink, "FIGURE ipc.revoke.per_descendant {} insn\n", (ticks() - before) / tests::bench::kDescendants);
    base::print(sink, "FIGURE thread.create_join {} insn\n", measure([&] { processes.create_join(); }));
    base::print(sink, "FIGURE proc.create_exit_reap {} insn\n", measure([&] { processes.create_exit_reap(); }));
    base::print(sink, "FIGURE proc.idle_kernel_memory {} bytes\n", processes.idle_memory());
    sdk::runtime::exit(0);
}
