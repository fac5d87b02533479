/// On whose behalf the kernel works.
#pragma once

#include "kernel/process/continuation.hpp"
#include "kernel/process/hand_over.hpp"

namespace kernel::process {

class Chain;
class Process;
class Ring;

/// The thread that entered the kernel, for as long as it is there.
struct Submitter {
    Process& process;
    Ring& ring;
    Continuation& continuation;
    HandOver hand_over{};
    Chain* chain = nullptr; ///< what is invoked is an entry of it
};

} // namespace kernel::process
