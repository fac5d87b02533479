// expect-error: no matching member function for call to 'with'
#include "base/guarded.hpp"
#include "base/spin_lock.hpp"

struct NoContext {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() {}
};

constexpr base::LockClass kClass{.rank = 1, .name = "class"};

struct Task {
    bool await_ready();
};

void wait(base::Guarded<int, base::SpinLock<NoContext>, kClass>& guarded) {
    guarded.with([](int&) { return Task{}; });
}
