#include "kernel/thread/placement.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::thread {

using base::u32;
using scheduler::Load;

namespace {

const ToldLoad& told_by(u32 cpu) { return core::kernel().processors.at(cpu).threads.told(); }

Load load_of(u32 cpu) {
    const ToldLoad& told = told_by(cpu);
    return {.weight = told.weight.load(std::memory_order_relaxed) + told.incoming.load(std::memory_order_relaxed),
            .waiting = told.waiting.load(std::memory_order_relaxed),
            .running = scheduler::Rank{told.running.load(std::memory_order_relaxed)}};
}

scheduler::Wish wish_of(const Thread& thread, u32 last) {
    return {.affinity = thread.affinity(), .last = last, .rank = thread.own().rank()};
}

} // namespace

void Placement::note_idle(u32 cpu) {
    idle_.add(cpu, std::memory_order_relaxed);
    idle_count_.fetch_add(1, std::memory_order_relaxed);
}

void Placement::note_busy(u32 cpu) { static_cast<void>(take_idle(cpu)); }

bool Placement::take_idle(u32 cpu) {
    const bool was_idle = idle_.take(cpu, std::memory_order_relaxed);
    if (was_idle) {
        idle_count_.fetch_sub(1, std::memory_order_relaxed);
    }
    return was_idle;
}

scheduler::Situation Placement::situation() const {
    const cpu_set::CpuSet idle = idle_.load(std::memory_order_relaxed);
    cpu_set::CpuSet preempted;
    // Of one that sleeps a host may say so too.
    (topology_.online() - idle).for_each([&](u32 cpu) {
        if (core::kernel().hypervisor.is_preempted(cpu)) {
            preempted.add(cpu);
        }
    });
    return {.topology = topology_, .idle = idle, .preempted = preempted};
}

u32 Placement::choose_for_waking(const Thread& thread, u32 here) const {
    return scheduler::choose_for_waking(situation(), wish_of(thread, here), load_of);
}

u32 Placement::choose_for_start(const Thread& thread, u32 here) const {
    return scheduler::choose_for_start(situation(), wish_of(thread, here), load_of);
}

std::optional<u32> Placement::choose_victim(u32 thief, std::optional<u32> refused) const {
    return scheduler::choose_victim(situation(), thief,
                                    [&](u32 cpu) { return cpu == refused ? Load{} : load_of(cpu); });
}

base::u64 Placement::difference(u32 heavier, u32 lighter) {
    const base::u64 more = load_of(heavier).weight;
    const base::u64 less = load_of(lighter).weight;
    return more > less ? more - less : 0;
}

std::optional<Placement::Lightest> Placement::find_lightest(u32 here, const cpu_set::CpuSet& places) const {
    Lightest lightest{.cpu = here, .difference = 0};
    (topology_.online() & places).for_each([&](u32 cpu) {
        if (const base::u64 more = difference(here, cpu); more > lightest.difference) {
            lightest = {.cpu = cpu, .difference = more};
        }
    });
    return lightest.difference != 0 ? std::optional{lightest} : std::nullopt;
}

} // namespace kernel::thread
