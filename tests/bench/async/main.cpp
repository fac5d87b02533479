// What the executor's steps cost: FIGURE name value unit, each the mean of many rounds. See README.md.
#include <array>
#include <cstdio>
#include <cstdlib>

#include "async/event.hpp"
#include "async/host/threads.hpp"
#include "async/scope.hpp"
#include "async/yield_now.hpp"
#include "tests/bench/async/count_instructions.hpp"

namespace {

using async::Executor;
using async::Pool;
using async::Scope;
using async::Task;
using base::u64;
using tests::bench::count_instructions;

/// Jobs that are there at once, where that matters.
constexpr u64 kAtOnce = 64;

[[gnu::noinline]] Task<u64> leaf(u64 number) { co_return number + 1; }

Task<u64> tasks(u64 rounds) {
    u64 sum = 0;
    for (u64 i = 0; i < rounds; ++i) {
        sum += co_await leaf(i);
    }
    co_return sum;
}

Task<u64> hops(u64 rounds) {
    for (u64 i = 0; i < rounds; ++i) {
        co_await async::yield_now();
    }
    co_return rounds;
}

[[gnu::noinline]] Task<> nothing() { co_return; }

Task<u64> spawning(Scope scope, u64 rounds) {
    for (u64 i = 0; i < rounds; i += kAtOnce) {
        for (u64 j = 0; j < kAtOnce; ++j) {
            co_await scope.spawn(nothing());
        }
        co_await async::yield_now();
    }
    co_return rounds;
}

Task<u64> spawns(u64 rounds) { co_return co_await async::scope(spawning, rounds); }

/// All on one worker.
template <Task<u64> (*kRun)(u64)>
bool run(u64 rounds) {
    return async::host::run({}, kRun, rounds).has_value();
}

/// From one worker to another and back.
Task<> wander(Executor* one, Executor* other, u64 rounds) {
    for (u64 i = 0; i < rounds; i += 2) {
        co_await async::hop_to(*other);
        co_await async::hop_to(*one);
    }
}

Task<> many_wander(Pool* pool, Executor* one, Executor* other, u64 rounds) {
    for (u64 i = 0; i < kAtOnce; ++i) {
        co_await pool->post(*one, wander(one, other, rounds / kAtOnce));
    }
}

/// Two workers that both run, which here means that they have their turns on one thread.
bool run_across(u64 rounds) {
    async::host::Threads threads({.workers = 2, .mode = Pool::Mode::PerCore});
    Executor& one = threads.executor(0);
    Executor& other = threads.executor(1);
    async::EmbeddedJob<void> main;
    {
        const Executor::Use use(one);
        if (!threads.pool().begin(one, main, many_wander(&threads.pool(), &one, &other, rounds))) {
            return false;
        }
    }
    while (!threads.pool().has_ended()) {
        for (Executor* const worker : {&one, &other}) {
            const Executor::Use use(*worker);
            worker->turn();
        }
    }
    return threads.pool().finish(main).has_value();
}

/// The mean of one round. A round's number of rounds is taken from twice as many, so that what comes once falls out.
bool measure(const char* name, bool (*work)(u64 rounds)) {
    constexpr u64 kRounds = 512;
    const auto few = count_instructions(work, kRounds);
    const auto many = count_instructions(work, 2 * kRounds);
    if (!few || !many) {
        std::fprintf(stderr, "%s was not counted: may this process be traced?\n", name);
        return false;
    }
    std::printf("FIGURE %s %lu insn\n", name, (*many - *few + kRounds / 2) / kRounds);
    return true;
}

constexpr u64 kParked = 1'000'000;

Task<> wait(async::Event& event) { co_await event.wait(); }

u64 resident_bytes() {
    std::FILE* const status = std::fopen("/proc/self/statm", "r");
    unsigned long all = 0;
    unsigned long resident = 0;
    const bool is_read = status != nullptr && std::fscanf(status, "%lu %lu", &all, &resident) == 2;
    if (status != nullptr) {
        std::fclose(status);
    }
    return is_read ? resident * base::kPageSize : 0;
}

Task<u64> park_all(Scope scope, async::Event* event) {
    const u64 before = resident_bytes();
    for (u64 i = 0; i < kParked; ++i) {
        co_await scope.spawn(wait(*event));
    }
    co_await async::yield_now();
    const u64 bytes = resident_bytes() - before;
    event->set();
    co_return bytes;
}

Task<u64> parked() {
    async::Event event;
    co_return co_await async::scope(park_all, &event);
}

} // namespace

int main() {
    const auto bytes = async::host::run({}, parked);
    if (!bytes) {
        return EXIT_FAILURE;
    }
    std::printf("FIGURE sdk.parked_1m_tasks %lu bytes\n", *bytes);
    std::fflush(stdout);
    return measure("sdk.task", run<tasks>) && measure("sdk.hop", run<hops>) && measure("sdk.hop.across", run_across) &&
                   measure("sdk.spawn", run<spawns>)
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}
