// How threads come to processors and leave them, and what happens to both.
#include "libs/scheduler/balance.hpp"
#include "libs/scheduler/simulator/machine.hpp"

namespace scheduler::simulator {

using base::Nanoseconds;
using base::u32;

void Machine::make_ready(Thread& thread) {
    thread.state_ = State::Ready;
    thread.woken_at_ = now_;
    thread.is_woken_ = true;
    Context& context = *thread.on();
    const Wish wish{thread.affinity(), thread.processor_, context.rank()};
    const auto load_of = [this](u32 cpu) { return load(cpu); };
    place(thread, thread.is_new_ ? choose_for_start(situation(), wish, load_of)
                                 : choose_for_waking(situation(), wish, load_of));
}

void Machine::place(Thread& thread, u32 cpu) {
    thread.migrations_ += !thread.is_new_ && thread.processor_ != cpu ? 1 : 0;
    thread.processor_ = cpu;
    Context& context = *thread.on();
    RunQueue::boost(context, options_.inherits ? thread.rank() : Rank{});
    charge(cpu);
    Processor& processor = *cpus_[cpu];
    processor.queue.add(context);
    processor.is_dirty = processor.is_dirty || processor.queue.preempts(context, now_);
    if (processor.is_preempted || processor.queue.ready().count() > 1) {
        // An idle one may take it, if its own does not come to it.
        for (const auto& other : cpus_) {
            other->is_dirty = other->is_dirty || (other->is_online && other->queue.ready().count() == 0);
        }
    }
    if (options_.balances && !balance_at_ && topology_.online().count() > 1) {
        balance_at_ = now_ + kBalancePeriod;
    }
}

/// From one queue to another, ready all the time.
void Machine::move(Context& context, u32 cpu) {
    auto& thread = static_cast<Thread&>(context.runner());
    processor_of(thread).queue.remove(context);
    processor_of(thread).is_dirty = processor_of(thread).is_dirty || processor_of(thread).queue.running() == nullptr;
    place(thread, cpu);
}

void Machine::park(Thread& thread) {
    Processor& processor = processor_of(thread);
    thread.state_ = State::Waiting;
    processor.queue.remove(*thread.on());
    processor.is_dirty = true;
    if (options_.balances && !balance_at_ && topology_.online().count() > 1) {
        balance_at_ = now_ + kBalancePeriod;
    }
}

void Machine::boost(Thread& thread) {
    Context* const context = thread.on();
    if (!options_.inherits || context == nullptr) {
        return;
    }
    if (context->is_queued()) {
        charge(thread.processor_);
        processor_of(thread).is_dirty = true;
    }
    RunQueue::boost(*context, thread.rank());
}

u32 Machine::add_processor(u32 node) {
    const auto cpu = static_cast<u32>(cpus_.size());
    cpus_.push_back(std::make_unique<Processor>(now_));
    cpus_.back()->is_dirty = true;
    topology_.add(cpu, node);
    root_.set_capacity(topology_.online().count());
    balance_at_ = now_ + kBalancePeriod;
    return cpu;
}

void Machine::remove_processor(u32 cpu) {
    Processor& processor = *cpus_.at(cpu);
    charge(cpu);
    topology_.remove(cpu);
    root_.set_capacity(topology_.online().count());
    processor.is_online = false;
    static_cast<void>(processor.queue.ready().take());
    while (Context* const context = processor.queue.ready().pick()) {
        processor.queue.remove(*context);
        make_ready(static_cast<Thread&>(context->runner()));
    }
}

void Machine::preempt(u32 cpu) {
    charge(cpu);
    Processor& processor = *cpus_.at(cpu);
    processor.is_preempted = true;
    if (processor.queue.ready().count() > 1) {
        for (const auto& other : cpus_) {
            other->is_dirty = true;
        }
    }
}

void Machine::resume(u32 cpu) {
    Processor& processor = *cpus_.at(cpu);
    const Nanoseconds stolen = now_ - processor.charged_at;
    processor.is_preempted = false;
    processor.charged_at = now_;
    static_cast<void>(processor.queue.charge(now_, stolen));
    processor.is_dirty = true;
}

void Machine::change(Thread& thread, const Parameters& parameters) {
    charge(thread.processor_);
    ASSERT(ProcessorQueue::change(thread.own(), parameters).has_value());
    thread.set_own_rank(Rank::of(parameters));
    processor_of(thread).is_dirty = true;
}

void Machine::set_affinity(Thread& thread, std::initializer_list<u32> cpus) {
    cpu_set::CpuSet affinity;
    for (const u32 cpu : cpus) {
        affinity.add(cpu);
    }
    ASSERT(check_affinity(affinity, topology_).has_value());
    thread.set_affinity(affinity);
    if (thread.own().is_queued() && !affinity.contains(thread.processor_)) {
        charge(thread.processor_);
        processor_of(thread).queue.remove(thread.own());
        processor_of(thread).is_dirty = true;
        make_ready(thread);
    }
}

} // namespace scheduler::simulator
