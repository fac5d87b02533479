// expect-error: reading variable 'value' requires holding lock
#include "base/spin_lock.hpp"

struct NoContext {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() {}
};

struct Counter {
    base::SpinLock<NoContext> lock;
    int value TS_GUARDED_BY(lock) = 0;
};

int read_without_lock(Counter& counter) { return counter.value; }
