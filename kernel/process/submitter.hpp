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
    base::u32 weight = 0;   ///< of what was invoked, beside 1 for each entry: weight.hpp
};

} // namespace kernel::process
