// What base needs from its environment, for programs of the host.
#include <cstdio>
#include <cstdlib>

#include "base/assert.hpp"
#include "base/format.hpp"
#include "base/lock_order.hpp"

namespace base {

namespace {

constexpr usize kReportBytes = 512;

[[noreturn]] void die(std::string_view report) {
    std::fwrite(report.data(), 1, report.size(), stderr);
    std::abort();
}

} // namespace

void assertion_failed(const char* condition, const char* message, const char* file, unsigned line) {
    FixedText<kReportBytes> report;
    print(report, "{}:{}: assertion failed: {}{}{}\n", file, line, condition, *message == '\0' ? "" : ", ", message);
    die(report.view());
}

void lock_order_violation(const LockClass& held, const LockClass& taken) {
    FixedText<kReportBytes> report;
    print(report, "lock order: {} taken under {}\n", taken.name, held.name);
    die(report.view());
}

HeldLocks& held_locks() {
    thread_local HeldLocks held;
    return held;
}

} // namespace base
