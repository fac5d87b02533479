/// A lock for tests.
#pragma once

#include "base/spin_lock.hpp"

namespace budget {

struct NothingAround {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() {}
};

inline constexpr base::LockClass kTestLock{.rank = 1, .name = "budget tree"};

} // namespace budget
