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

void assertion_failed(std::string_view condition, std::string_view message, std::source_location where) {
    FixedText<kReportBytes> report;
    print(report, "{}:{}: assertion failed: {}{}{}\n", where.file_name(), where.line(), condition,
          message.empty() ? "" : ", ", message);
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
