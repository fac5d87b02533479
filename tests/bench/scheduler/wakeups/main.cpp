// How late a thread of the first class runs that a timer wakes, while others keep the kernel busy.
#include <array>
#include <optional>

#include "abi/arguments.hpp"
#include "base/format.hpp"
#include "sdk/runtime/debug_sink.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"
#include "tests/bench/scheduler/wakeups/bomb.hpp"
#include "tests/bench/scheduler/wakeups/load_thread.hpp"
#include "tests/bench/scheduler/wakeups/loads.hpp"
#include "tests/bench/scheduler/wakeups/sleeper.hpp"

namespace {

using base::u32;
using base::u64;
using sdk::runtime::DebugSink;
using tests::bench::Caller;
using tests::bench::Distribution;
using tests::bench::LoadThread;
using tests::bench::Sleeper;

struct Load {
    std::string_view name;
    LoadThread::Function function;
};

constexpr std::array kLoads{
    Load{"faults", &tests::bench::run_load<tests::bench::FaultLoad>},
    Load{"exits", &tests::bench::run_load<tests::bench::ExitLoad>},
    Load{"revokes", &tests::bench::run_load<tests::bench::RevokeLoad>},
    Load{"leases", &tests::bench::run_load<tests::bench::LeaseLoad>},
    Load{"unmaps", &tests::bench::run_load<tests::bench::UnmapLoad>},
};

constexpr u32 kAll = (1U << kLoads.size()) - 1;

constinit Distribution latencies;

void stop(std::string_view why) {
    sdk::runtime::debug_write(why);
    sdk::runtime::exit(1);
}

/// Whether there is a second processor; this thread may have gone there.
bool has_second(Caller& caller) {
    abi::Submission& entry = caller.ring().next();
    entry.capability = caller.root(abi::ObjectKind::Thread).word();
    entry.method = abi::object_method(abi::ObjectKind::Thread, static_cast<base::u8>(abi::ThreadMethod::SetAffinity));
    entry.length = sizeof(abi::AffinityMask);
    constexpr base::u8 kSecond = 2;
    entry.payload[0] = kSecond;
    caller.ring().add();
    sdk::runtime::submit(1, 1);
    const bool is_there = caller.ring().front()->status == 0;
    caller.ring().pop();
    return is_there;
}

struct Bench {
    Caller& caller;
    const abi::RootBlock& block;
    Sleeper& sleeper;
    std::string_view prefix;
    DebugSink sink{};
    std::array<std::optional<LoadThread>, kLoads.size()> threads{};

    void start(u32 which) {
        constexpr u64 kProcessor = 0;
        for (u32 index = 0; index < kLoads.size(); ++index) {
            if ((which >> index & 1) != 0) {
                threads.at(index).emplace(caller, block).start(kLoads.at(index).function, kProcessor);
            }
        }
    }

    /// Until each has done `rounds` rounds.
    [[nodiscard]] bool have_done(u64 rounds) const {
        return std::ranges::all_of(threads,
                                   [rounds](const auto& thread) { return !thread || thread->rounds() >= rounds; });
    }

    void end() {
        for (auto& thread : threads) {
            if (thread) {
                thread->ask_to_end();
            }
        }
        for (u32 index = 0; index < kLoads.size(); ++index) {
            auto& thread = threads.at(index);
            if (!thread) {
                continue;
            }
            while (!thread->has_ended()) {
                sleeper.rest();
            }
            base::print(sink, "  {} rounds of {}\n", thread->rounds(), kLoads.at(index).name);
            thread->end();
            thread.reset();
        }
    }

    /// At least `count` wake-ups, and so many more that each load does all that it does `rounds` times.
    void measure(std::string_view name, u32 which, u64 count, u64 rounds) {
        constexpr abi::SchedulingArguments kRealTime{static_cast<u32>(abi::SchedulingClass::Fifo), 50, 0, 0, 0};
        constexpr abi::SchedulingArguments kUsual{static_cast<u32>(abi::SchedulingClass::Interactive), 0, 1024, 0, 0};
        latencies.clear();
        start(which);
        sleeper.become(kRealTime);
        sleeper.rest();
        while (latencies.count() < count || !have_done(rounds)) {
            sleeper.sleep_once(latencies);
        }
        sleeper.become(kUsual);
        sleeper.rest();
        base::print(sink, "FIGURE sched.rt_wakeup.{}{}p9999 {} insn\n", prefix, name, latencies.at(9'999));
        base::print(sink, "FIGURE sched.rt_wakeup.{}{}max {} insn\n", prefix, name, latencies.greatest());
        base::print(sink, "  {} wake-ups, half of them at most {}, with:\n", latencies.count(), latencies.at(5'000));
        end();
    }

    /// An interactive thread that sleeps 1 to 3 milliseconds each time, as one that waits for keys.
    void sleep_often(u64 count) {
        constexpr u64 kLeast = 1'000'000;
        latencies.clear();
        while (latencies.count() < count) {
            sleeper.sleep_once(latencies, kLeast);
        }
    }

    /// First, when this thread has just printed and had more than its part; and then.
    void measure_interactive(std::string_view name) {
        constexpr u64 kFirst = 20;
        constexpr u64 kCount = 1'000;
        sleep_often(kFirst);
        const u64 first = latencies.greatest();
        sleep_often(kCount);
        base::print(sink, "FIGURE sched.fork_bomb.{}.first {} insn\n", name, first);
        base::print(sink, "FIGURE sched.fork_bomb.{}.p99 {} insn\n", name, latencies.at(9'900));
        base::print(sink, "FIGURE sched.fork_bomb.{} {} insn\n", name, latencies.greatest());
    }

    void measure_bomb() {
        measure_interactive("idle");
        tests::bench::Bomb bomb(caller);
        while (bomb.refused() == 0) {
            sleeper.rest();
        }
        const u64 before = bomb.refused();
        measure_interactive("wakeup");
        base::print(sink, "  {} threads, refused {} times meanwhile\n", bomb.started() + 1, bomb.refused() - before);
        if (bomb.started() + 1 != tests::bench::Bomb::kThreads || bomb.refused() == before) {
            stop("the bomb was not stopped by its budget, or did nothing\n");
        }
        bomb.end();
    }
};

} // namespace

void start_program(u64, u64, u64, const abi::RootBlock* block, abi::RingHeader* header, const void* clock) {
    constexpr u64 kAlone = 5'000;
    constexpr u64 kTogether = 100'000;
    sdk::runtime::ProgramRing ring(*header, *block);
    Caller caller(ring, *block);
    const bool has_two = has_second(caller);
    Sleeper sleeper(caller, *static_cast<const timekeeping::ClockPage*>(clock));
    LoadThread other(caller, *block);
    Bench bench{caller, *block, sleeper, has_two ? "" : "one."};
    if (has_two) {
        other.start(&tests::bench::keep_space_in_force, 1);
    } else {
        bench.measure_bomb();
    }
    bench.measure("idle.", 0, kAlone, 0);
    for (u32 index = 0; index < kLoads.size(); ++index) {
        base::FixedText<32> name;
        base::print(name, "{}.", kLoads.at(index).name);
        bench.measure(name.view(), 1U << index, kAlone, 1);
    }
    bench.measure("", kAll, kTogether, 2);
    sdk::runtime::exit(0);
}
