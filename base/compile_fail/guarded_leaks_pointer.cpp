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

int* leak(base::Guarded<int, base::SpinLock<NoContext>, kClass>& guarded) {
    return guarded.with([](int& inside) { return &inside; });
}
