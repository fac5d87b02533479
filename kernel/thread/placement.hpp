/// Where threads are to run: which processors sleep, and how busy the others are.
#pragma once

#include <atomic>
#include <optional>

#include "libs/cpu_set/atomic_cpu_set.hpp"
#include "libs/scheduler/placement.hpp"
#include "libs/scheduler/topology.hpp"

namespace kernel::thread {

class Thread;

/// What one processor tells the others of itself, and what they have sent it. A little old, always.
struct ToldLoad {
    std::atomic<base::u64> weight{0};
    std::atomic<base::u32> waiting{0};  ///< ready, and not running
    std::atomic<base::u32> arrivals{0}; ///< counts those who became ready, or may go elsewhere since
    std::atomic<base::u8> running{0};   ///< rank
    std::atomic<base::u64> incoming{0}; ///< weight of those who are on the way
};

/// The machine's one, of all processors.
class Placement {
  public:
    /// Processor `cpu`, of `node` of `table`, runs threads from now on. While the machine starts, by one processor.
    template <class Table>
    void join(const Table& table, base::u32 cpu, base::u32 node) {
        if (topology_.online().is_empty()) {
            topology_ = scheduler::Topology(table);
        }
        topology_.add(cpu, node);
    }

    [[nodiscard]] const scheduler::Topology& topology() const { return topology_; }

    /// Processor `cpu` has nothing to run, or something again. Of that one.
    void note_idle(base::u32 cpu);
    void note_busy(base::u32 cpu);

    /// Whether any processor is idle.
    [[nodiscard]] bool has_idle() const { return idle_count_.load(std::memory_order_relaxed) != 0; }

    /// Where `thread`, which was woken on busy processor `here`, is to run.
    [[nodiscard]] base::u32 choose_for_waking(const Thread& thread, base::u32 here) const;

    /// Where `thread` is to run first; `here` it is started.
    [[nodiscard]] base::u32 choose_for_start(const Thread& thread, base::u32 here) const;

    /// From whom idle processor `thief` is to take work; not from `refused`.
    [[nodiscard]] std::optional<base::u32> choose_victim(base::u32 thief, std::optional<base::u32> refused) const;

    /// The processor of `places` with the least load, and by how much `here` has more; nothing: none has less.
    struct Lightest {
        base::u32 cpu;
        base::u64 difference;
    };

    [[nodiscard]] std::optional<Lightest> find_lightest(base::u32 here, const cpu_set::CpuSet& places) const;

    /// By how much `heavier` has more load than `lighter`; 0: it does not.
    [[nodiscard]] static base::u64 difference(base::u32 heavier, base::u32 lighter);

    /// Someone is on the way to `cpu`: it is idle no longer.
    void note_sent(base::u32 cpu) { take_idle(cpu); }

  private:
    bool take_idle(base::u32 cpu);
    [[nodiscard]] scheduler::Situation situation() const;

    scheduler::Topology topology_;
    cpu_set::AtomicCpuSet idle_;
    std::atomic<base::u32> idle_count_{0};
};

} // namespace kernel::thread
