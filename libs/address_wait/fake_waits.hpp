/// A table and waiters for tests.
#pragma once

#include <thread>

#include "base/spin_lock.hpp"
#include "libs/address_wait/waiting_table.hpp"

namespace address_wait {

struct YieldingContext {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() { std::this_thread::yield(); }
};

inline constexpr base::LockClass kWaitLock{.rank = 1, .name = "address waits"};

using FakeTable = WaitingTable<base::SpinLock<YieldingContext>, kWaitLock>;

struct FakeWaiter : Waiter {
    explicit FakeWaiter(int of = 0) : number(of) {}

    int number;
};

} // namespace address_wait
