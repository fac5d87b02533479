#include "kernel/thread/run_queue.hpp"

namespace kernel::thread {

using base::Nanoseconds;
using scheduler::Context;

/// One that called, and is woken otherwise than by its answer, may find `running` on its context: who goes on with its
/// own then.
void ContextQueue::add(Thread& thread, Thread* running) {
    if (!thread.own().is_queued()) [[likely]] {
        queue_.add(thread.own());
        return;
    }
    ASSERT(running != nullptr && running != &thread && queue_.running() == &thread.own(),
           "a thread became ready twice");
    charge(*running);
    queue_.go_on_with(running->own());
}

Thread* ContextQueue::take() {
    since_ = clock_.now();
    Context* const context = queue_.take();
    return context == nullptr ? nullptr : &static_cast<Thread&>(context->owner());
}

/// A context that was lent does not outlast the turn.
void ContextQueue::put_back(Thread& running) {
    charge(running);
    Context& context = *queue_.running();
    if (&context == &running.own()) {
        queue_.put_back();
        return;
    }
    queue_.remove(context);
    queue_.add(running.own());
}

void ContextQueue::leave(Thread& running) {
    charge(running);
    queue_.remove(*queue_.running());
}

/// The context is lent only now that it is looked at.
void ContextQueue::charge(Thread& running) {
    const Nanoseconds now = clock_.now();
    scheduler::Runner& owner = queue_.running()->owner();
    const bool is_lent = &owner != &running;
    if (is_lent) {
        owner.lend(running);
    }
    queue_.charge(now - since_);
    since_ = now;
    if (is_lent) {
        running.return_to_owner();
    }
}

} // namespace kernel::thread
