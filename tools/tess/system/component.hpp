/// A component as its description says it: what the plan will hold, and what only the proofs need.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/plan/draft.hpp"
#include "tools/tess/system/words.hpp"

namespace tess::system {

struct Use {
    std::string from;                 ///< "component.offer" or "kernel.Object"
    ::plan::UseDraft route;           ///< without what `from` says
    std::optional<Protocol> protocol; ///< none: the offer's
    std::string cycle_ok;             ///< why calls in a circle cannot wait for each other; empty: they might
};

/// What a real-time thread calls in each period.
struct Call {
    std::string to; ///< a use
    base::u32 times = 1;
};

struct Thread {
    ::plan::ThreadDraft plan;
    std::vector<Call> calls;

    bool is_real_time() const { return plan.scheduling_class == abi::SchedulingClass::Fifo; }
};

struct Component {
    ::plan::ComponentDraft plan; ///< without uses and threads
    std::map<std::string, Use> uses;
    std::map<std::string, Thread> threads;
};

} // namespace tess::system
