// What the executor's steps cost: runs one of them many times, for a tool that counts instructions. See README.md.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "async/event.hpp"
#include "async/host/threads.hpp"
#include "async/scope.hpp"
#include "async/yield_now.hpp"

namespace {

using async::Scope;
using async::Task;
using base::u64;

[[gnu::noinline]] Task<u64> leaf(u64 number) { co_return number + 1; }

Task<u64> tasks(u64 count) {
    u64 sum = 0;
    for (u64 i = 0; i < count; ++i) {
        sum += co_await leaf(i);
    }
    co_return sum;
}

Task<u64> hops(u64 count) {
    for (u64 i = 0; i < count; ++i) {
        co_await async::yield_now();
    }
    co_return count;
}

[[gnu::noinline]] Task<> nothing() { co_return; }

Task<u64> spawning(Scope scope, u64 count) {
    for (u64 i = 0; i < count; i += 32) {
        for (u64 j = 0; j < 32; ++j) {
            co_await scope.spawn(nothing());
        }
        co_await async::yield_now();
    }
    co_return count;
}

Task<u64> spawns(u64 count) { co_return co_await async::scope(spawning, count); }

Task<> wait(async::Event& event) { co_await event.wait(); }

struct Parking {
    async::Event event;
};

Task<u64> park_all(Scope scope, Parking* parking, u64 count) {
    for (u64 i = 0; i < count; ++i) {
        co_await scope.spawn(wait(parking->event));
    }
    co_await async::yield_now();
    std::FILE* const status = std::fopen("/proc/self/statm", "r");
    unsigned long all = 0;
    unsigned long resident = 0;
    static_cast<void>(std::fscanf(status, "%lu %lu", &all, &resident));
    std::fclose(status);
    std::printf("%lu bytes resident for each of %lu parked Jobs\n", resident * 4096 / count, count);
    parking->event.set();
    co_return count;
}

Task<u64> parked(u64 count) {
    Parking parking;
    co_return co_await async::scope(park_all, &parking, count);
}

struct Case {
    std::string_view name;
    Task<u64> (*run)(u64 count);
};

constexpr std::array<Case, 4> kCases{{{"task", tasks}, {"hop", hops}, {"spawn", spawns}, {"parked", parked}}};

int run(std::string_view name, u64 count) {
    for (const Case& each : kCases) {
        if (each.name == name) {
            return async::host::run({}, each.run, count).has_value() ? EXIT_SUCCESS : EXIT_FAILURE;
        }
    }
    return EXIT_FAILURE;
}

} // namespace

int main(int count, char** words) {
    // SAFETY: C passes so many.
    const std::span<char*> all = [&] {
#pragma clang unsafe_buffer_usage begin
        return std::span<char*>(words, static_cast<std::size_t>(count));
#pragma clang unsafe_buffer_usage end
    }();
    if (all.size() != 3) {
        std::fputs("async_bench task|hop|spawn|parked COUNT\n", stderr);
        return EXIT_FAILURE;
    }
    return run(all[1], std::strtoull(all[2], nullptr, 10));
}
