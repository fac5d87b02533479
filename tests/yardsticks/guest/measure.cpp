#include "tests/yardsticks/guest/measure.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <sys/mman.h>
#include <x86intrin.h>

namespace yardstick {

namespace {

constexpr int kRuns = 5;
constexpr std::size_t kPageSize = 4096;

void report(std::string_view name, std::array<double, kRuns>& values) {
    std::ranges::sort(values);
    std::printf("%s %.1f insn %.1f %.1f %d\n", std::string(name).c_str(), values[kRuns / 2], values.front(),
                values.back(), kRuns);
    std::fflush(stdout);
}

} // namespace

std::uint64_t ticks() {
    _mm_lfence();
    return __rdtsc();
}

void measure(std::string_view name, long count, const std::function<void(long)>& body, double per_round) {
    body(count / 8 + 1);
    std::array<double, kRuns> values{};
    for (double& value : values) {
        const std::uint64_t start = ticks();
        body(count);
        value = static_cast<double>(ticks() - start) / static_cast<double>(count) / per_round;
    }
    report(name, values);
}

void measure_own(std::string_view name, const std::function<double()>& body) {
    body();
    std::array<double, kRuns> values{};
    std::ranges::generate(values, body);
    report(name, values);
}

void give_up(std::string_view what) {
    std::printf("cannot %s\n", std::string(what).c_str());
    std::fflush(stdout);
    std::exit(1);
}

Pages::Pages(long count)
    : start_(mmap(nullptr, static_cast<std::size_t>(count) * kPageSize, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)),
      count_(count) {
    if (start_ == MAP_FAILED) {
        give_up("map memory");
    }
    madvise(start_, static_cast<std::size_t>(count) * kPageSize, MADV_NOHUGEPAGE);
}

Pages::~Pages() { unmap(); }

#pragma clang unsafe_buffer_usage begin

// SAFETY: `count_` pages were mapped at `start_`.
void Pages::touch() const {
    const std::span bytes(static_cast<volatile char*>(start_), static_cast<std::size_t>(count_) * kPageSize);
    for (std::size_t at = 0; at < bytes.size(); at += kPageSize) {
        bytes[at] = 1;
    }
}

#pragma clang unsafe_buffer_usage end

void Pages::unmap() {
    if (start_ != nullptr) {
        munmap(start_, static_cast<std::size_t>(count_) * kPageSize);
    }
    start_ = nullptr;
}

} // namespace yardstick
