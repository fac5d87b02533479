/// An address space, as far as translation caches are concerned.
#pragma once

#include <atomic>

#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/cpu_set/atomic_cpu_set.hpp"

namespace shootdown {

/// Embedded in the address space it stands for; outlives its tickets, and dies in force nowhere. Tables are changed
/// first, then the generation advances: whoever reads a generation sees every change that led to it.
class Space {
  public:
    /// `id` is never given to another space, not even later. `top` is the top-level table.
    Space(base::u64 id, base::PhysicalAddress top) : id_(id), top_(top) {}

    Space(const Space&) = delete;
    Space& operator=(const Space&) = delete;

    [[nodiscard]] base::u64 id() const { return id_; }

    [[nodiscard]] base::PhysicalAddress top() const { return top_; }

    /// How often translations were taken back. Sequentially consistent, like all that decides between "the processor
    /// that enters sees the new generation" and "who changed the tables sees the processor among the holders": one of
    /// the two happens.
    [[nodiscard]] base::u64 generation() const { return generation_.load(std::memory_order_seq_cst); }

    /// The tables were changed. Returns the new generation.
    base::u64 advance() { return generation_.fetch_add(1, std::memory_order_seq_cst) + 1; }

    /// The processors that have it in force: they alone must be asked, all others compare generations when they enter.
    [[nodiscard]] cpu_set::CpuSet holders() const { return holders_.load(std::memory_order_seq_cst); }

    /// Whether no other processor than `cpu` has it in force.
    [[nodiscard]] bool is_held_by_none_but(base::u32 cpu) const {
        return holders_.has_none_but(cpu, std::memory_order_seq_cst);
    }

    void add_holder(const cpu_set::AtomicCpuSet::Place& cpu) { holders_.add(cpu, std::memory_order_seq_cst); }

    void remove_holder(const cpu_set::AtomicCpuSet::Place& cpu) { holders_.remove(cpu, std::memory_order_seq_cst); }

  private:
    base::u64 id_;
    base::PhysicalAddress top_;
    std::atomic<base::u64> generation_{0};
    cpu_set::AtomicCpuSet holders_;
};

} // namespace shootdown
