// What threads cost: a switch, one that is parked; and what they get.
#include <array>

#include "base/format.hpp"
#include "sdk/runtime/debug_sink.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"
#include "tests/bench/scheduler/threads.hpp"

namespace {

using abi::Handle;
using base::u32;
using base::u64;
using sdk::runtime::DebugSink;
using tests::bench::Threads;
using tests::bench::Work;

constexpr u32 kRounds = 1000;

u64 ticks() { return __builtin_readcyclecounter(); }

/// There and back are two switches.
u64 measure_switch() {
    constexpr u32 kWarm = 100;
    for (u32 round = 0; round < kWarm; ++round) {
        sdk::runtime::submit(0, 0);
    }
    const u64 start = ticks();
    for (u32 round = 0; round < kRounds; ++round) {
        sdk::runtime::submit(0, 0);
    }
    return (ticks() - start) / kRounds / 2;
}

u64 measure_switch_to(Threads& threads, Handle other) {
    threads.start(other);
    const u64 cost = measure_switch();
    threads.end(other);
    return cost;
}

/// All that is charged for them, once they wait.
u64 measure_parked(Threads& threads) {
    constexpr u64 kCount = 10'000;
    const u64 before = threads.memory();
    for (u64 count = 0; count < kCount; ++count) {
        threads.start(threads.create(Work::Park, true, 0));
        sdk::runtime::submit(0, 0);
    }
    threads.sleep(1'000'000);
    return threads.memory() - before;
}

/// The largest error of any, in thousandths of a percent of what is its part.
u64 measure_fairness(Threads& threads) {
    constexpr std::array<u32, 8> kWeights{1, 1, 2, 2, 4, 4, 8, 8};
    constexpr u32 kUnit = 1024;
    constexpr u64 kSpan = 10'000'000'000;
    constexpr u64 kWhole = 30;
    std::array<Handle, kWeights.size()> all{};
    for (u32 index = 0; index < all.size(); ++index) {
        all.at(index) = threads.create(Work::Spin, false, abi::kAnyProcessor);
        threads.set_weight(all.at(index), kWeights.at(index) * kUnit);
        threads.start(all.at(index));
    }
    threads.sleep(100'000'000);
    std::array<u64, kWeights.size()> used{};
    for (u32 index = 0; index < all.size(); ++index) {
        used.at(index) = threads.look(all.at(index)).used;
    }
    threads.sleep(kSpan);
    u64 together = 0;
    for (u32 index = 0; index < all.size(); ++index) {
        used.at(index) = threads.look(all.at(index)).used - used.at(index);
        together += used.at(index);
    }
    u64 largest = 0;
    for (u32 index = 0; index < all.size(); ++index) {
        const u64 part = together / kWhole * kWeights.at(index);
        const u64 error = used.at(index) > part ? used.at(index) - part : part - used.at(index);
        largest = std::max(largest, error * 100'000 / part);
        threads.end(all.at(index));
    }
    return largest;
}

/// Four threads that may use a fifth of one processor on two: by how much any of ten seconds differs from that, in
/// thousandths of a percent of it.
u64 measure_quota(Threads& threads) {
    constexpr u64 kQuota = 20'000'000;
    constexpr u64 kPeriod = 100'000'000;
    constexpr u64 kSpan = 1'000'000'000;
    constexpr u64 kDue = kSpan / kPeriod * kQuota;
    const Handle budget =
        threads.create_budget({.share = 1024, .zero = 0, .quota = {.amount = kQuota, .period = kPeriod}});
    for (u32 count = 0; count < 4; ++count) {
        threads.start(threads.create_elsewhere(Work::Spin, abi::kAnyProcessor, budget));
    }
    threads.sleep(kPeriod / 2);
    u64 largest = 0;
    for (u32 second = 0; second < 10; ++second) {
        const u64 before = threads.used_by(budget);
        threads.sleep(kSpan);
        const u64 used = threads.used_by(budget) - before;
        largest = std::max(largest, (used > kDue ? used - kDue : kDue - used) * 100'000 / kDue);
    }
    threads.end_budget(budget);
    return largest;
}

} // namespace

void start_program(u64, u64, u64, const abi::RootBlock* block, abi::RingHeader* header, const void*) {
    sdk::runtime::ProgramRing ring(*header, *block);
    tests::bench::Caller caller(ring, *block);
    Threads threads(caller);
    DebugSink sink;
    if (threads.is_there(1)) {
        base::print(sink, "FIGURE sched.fairness.error {} thousandths\n", measure_fairness(threads));
        base::print(sink, "FIGURE sched.quota.error {} thousandths\n", measure_quota(threads));
        sdk::runtime::exit(0);
    }
    base::print(sink, "FIGURE sched.switch.thread {} insn\n",
                measure_switch_to(threads, threads.create(Work::GiveWay, true, 0)));
    base::print(sink, "FIGURE sched.switch.process {} insn\n",
                measure_switch_to(threads, threads.create_elsewhere(Work::GiveWay, 0, threads.own_budget())));
    base::print(sink, "FIGURE sched.parked_10k_threads {} bytes\n", measure_parked(threads));
    sdk::runtime::exit(0);
}
