#include "kernel/object/page_wait.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::object {

using base::Result;

PageWait::PageWait(Done done) : Message(&PageWait::answered), Timer(&PageWait::expired), done_(done) {}

PageWait::~PageWait() = default;

void PageWait::begin(Memory& memory, base::Nanoseconds deadline) {
    auto& here = processor::this_processor();
    memory_ = base::RefPtr<Memory>::share(memory);
    home_ = here.index();
    error_.reset();
    here.timers.arm(*this, deadline);
}

void PageWait::answer(Result<void> result) {
    error_ = result ? std::nullopt : std::optional(result.error());
    // A processor that went away takes its waits with it.
    core::kernel().processors.at(home_).post(*this);
}

void PageWait::answered(mailbox::Message& message) {
    auto& wait = static_cast<PageWait&>(message);
    processor::this_processor().timers.cancel(wait);
    wait.finish(wait.error_ ? Result<void>{*wait.error_} : Result<void>{});
}

void PageWait::expired(time::Timer& timer) {
    auto& wait = static_cast<PageWait&>(timer);
    // If it is in the list no longer, its answer is on the way.
    if (wait.memory_->forget(wait)) {
        wait.finish(base::Error::TimedOut);
    }
}

bool PageWait::give_up(base::Error why) {
    if (!memory_ || !memory_->forget(*this)) {
        return false;
    }
    processor::this_processor().timers.cancel(*this);
    finish(why);
    return true;
}

void PageWait::finish(Result<void> result) {
    // Before it is told: it may wait again, and its object may die with this reference.
    const base::RefPtr<Memory> memory = std::move(memory_);
    done_(*this, result);
}

} // namespace kernel::object
