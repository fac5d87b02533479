#include <cstdio>
#include <cstdlib>

#include "base/assert.hpp"
#include "base/lock_order.hpp"

namespace base {

void assertion_failed(std::string_view condition, std::string_view message, std::source_location where) {
    std::fprintf(stderr, "%s:%u: assertion failed: %.*s %.*s\n", where.file_name(), where.line(),
                 static_cast<int>(condition.size()), condition.data(), static_cast<int>(message.size()), message.data());
    std::abort();
}

void lock_order_violation(const LockClass& held, const LockClass& taken) {
    std::fprintf(stderr, "lock order: %.*s taken under %.*s\n", static_cast<int>(taken.name.size()), taken.name.data(),
                 static_cast<int>(held.name.size()), held.name.data());
    std::abort();
}

HeldLocks& held_locks() {
    thread_local HeldLocks held;
    return held;
}

} // namespace base
