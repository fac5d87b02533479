// What each step of a script does.
#include <algorithm>

#include "libs/scheduler/simulator/machine.hpp"

namespace scheduler::simulator {

using base::Nanoseconds;

/// The current thread has done what it did: its next steps, as long as they take no time.
void Machine::advance(base::u32 cpu) {
    constexpr int kMostWithoutTime = 100'000;
    Processor& processor = *cpus_[cpu];
    for (int count = 0; !processor.is_dirty; ++count) {
        ASSERT(count < kMostWithoutTime, "a script takes no time");
        Thread* const thread = current(processor);
        if (thread == nullptr || thread->left_ != Nanoseconds{0}) {
            return;
        }
        if (thread->position_ == thread->script_.steps.size()) {
            if (!thread->script_.repeats) {
                end(*thread);
                return;
            }
            thread->position_ = 0;
        }
        const Step& step = thread->script_.steps[thread->position_++];
        std::visit([&](const auto& what) { perform(*thread, what); }, step);
        begin_turn(cpu);
    }
}

void Machine::end(Thread& thread) {
    park(thread);
    thread.state_ = State::Ended;
    thread.ended_at_ = now_;
}

void Machine::perform(Thread& thread, const Use& step) { thread.left_ = step.span; }

void Machine::perform(Thread& thread, const Sleep& step) {
    park(thread);
    sleepers_.emplace(now_ + step.span, &thread);
}

/// A server that waits gets the processor and what its caller runs on, and no queue sees it.
void Machine::perform(Thread& thread, const Call& step) {
    Thread& server = *step.server;
    Context& context = *thread.on();
    thread.lent_ = nullptr;
    const bool can_lend = options_.lends && server.is_receiving_ && server.affinity().contains(thread.processor_);
    if (can_lend) {
        server.is_receiving_ = false;
        server.serves_ = &thread;
        server.processor_ = thread.processor_;
        server.state_ = State::Ready;
        thread.state_ = State::Waiting;
        thread.lent_ = &context;
        thread.lend(server);
        RunQueue::boost(context, options_.inherits ? server.rank() : Rank{});
    } else {
        park(thread);
        server.calls_.push_back(&thread);
    }
    if (options_.inherits) {
        thread.wait_.begin(thread, server);
    }
    if (server.is_receiving_) {
        serve_next(server);
        make_ready(server);
    }
}

void Machine::serve_next(Thread& server) {
    server.is_receiving_ = false;
    server.serves_ = server.calls_.front();
    server.calls_.pop_front();
}

void Machine::perform(Thread& thread, const Receive& /*step*/) {
    if (!thread.calls_.empty()) {
        serve_next(thread);
        return;
    }
    thread.is_receiving_ = true;
    park(thread);
}

/// With the answer goes what was lent, and the processor; a server that has more to do is ready with its own.
void Machine::perform(Thread& thread, const Reply& /*step*/) {
    Thread& client = *thread.serves_;
    thread.serves_ = nullptr;
    if (client.wait_.is_begun()) {
        client.wait_.end();
    }
    if (client.lent_ == nullptr || !thread.give_back(client, *client.lent_)) {
        make_ready(client);
        return;
    }
    client.state_ = State::Ready;
    client.processor_ = thread.processor_;
    RunQueue::boost(*client.on(), options_.inherits ? client.rank() : Rank{});
    // The next step of a server is Receive: it waits at once if nobody has called meanwhile.
    if (thread.calls_.empty()) {
        thread.is_receiving_ = true;
        thread.state_ = State::Waiting;
        thread.position_ = thread.script_.repeats ? 1 : thread.position_ + 1;
    } else {
        make_ready(thread);
    }
}

void Machine::perform(Thread& thread, const Lock& step) {
    LockState& lock = locks_[step.lock];
    if (lock.owner == nullptr) {
        lock.owner = &thread;
        return;
    }
    lock.waiters.push_back(&thread);
    park(thread);
    if (options_.inherits) {
        thread.wait_.begin(thread, *lock.owner);
    }
}

/// To the one with the highest rank; of equal ones to the first.
void Machine::perform(Thread& thread, const Unlock& step) {
    LockState& lock = locks_[step.lock];
    ASSERT(lock.owner == &thread);
    lock.owner = nullptr;
    if (lock.waiters.empty()) {
        return;
    }
    const auto next =
        std::ranges::max_element(lock.waiters, [](const Thread* a, const Thread* b) { return a->rank() < b->rank(); });
    lock.owner = *next;
    lock.waiters.erase(next);
    if (options_.inherits) {
        lock.owner->wait_.end();
        for (Thread* const waiter : lock.waiters) {
            waiter->wait_.move(*lock.owner);
        }
    }
    make_ready(*lock.owner);
}

void Machine::perform(Thread& thread, const Wait& /*step*/) {
    if (thread.wakes_ != 0) {
        --thread.wakes_;
        return;
    }
    thread.waits_for_wake_ = true;
    park(thread);
}

void Machine::wake(Thread& thread) {
    if (thread.waits_for_wake_) {
        thread.waits_for_wake_ = false;
        make_ready(thread);
    } else {
        ++thread.wakes_;
    }
}

void Machine::perform(Thread& /*thread*/, const Wake& step) { wake(*step.thread); }

void Machine::perform(Thread& thread, const Yield& /*step*/) {
    Processor& processor = processor_of(thread);
    processor.queue.yield();
    processor.is_dirty = true;
}

void Machine::perform(Thread& thread, const Act& step) { step.act(*this, thread); }

} // namespace scheduler::simulator
