/// What threads of the simulator do, step by step.
#pragma once

#include <functional>
#include <variant>
#include <vector>

#include "base/units.hpp"

namespace scheduler::simulator {

class Machine;
class Thread;

/// Uses a processor for so long.
struct Use {
    base::Nanoseconds span;
};

struct Sleep {
    base::Nanoseconds span;
};

/// Calls a server and waits for its answer.
struct Call {
    Thread* server;
};

/// Waits for a call; the next steps serve it.
struct Receive {};

/// Answers the call that is served.
struct Reply {};

/// Takes a lock, or waits for its owner.
struct Lock {
    base::usize lock;
};

struct Unlock {
    base::usize lock;
};

/// Waits until it was woken once more than it waited.
struct Wait {};

struct Wake {
    Thread* thread;
};

struct Yield {};

/// Whatever else takes no time: creates threads, changes weights.
struct Act {
    std::function<void(Machine& machine, Thread& self)> act;
};

using Step = std::variant<Use, Sleep, Call, Receive, Reply, Lock, Unlock, Wait, Wake, Yield, Act>;

/// A thread ends after the last step, unless it begins again.
struct Script {
    std::vector<Step> steps;
    bool repeats = false;
};

inline Script once(std::vector<Step> steps) { return {std::move(steps), false}; }

inline Script forever(std::vector<Step> steps) { return {std::move(steps), true}; }

} // namespace scheduler::simulator
