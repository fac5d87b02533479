/// Which processors there are, and which are near each other.
#pragma once

#include <array>

#include "libs/cpu_set/cpu_set.hpp"
#include "libs/numa/node_table.hpp"

namespace scheduler {

/// Processors come and go one by one; each is of a node for as long as it is here. Its user provides the lock.
class Topology {
  public:
    /// One node.
    Topology() = default;

    /// The nodes of `table`, whose distances are copied. No processor yet.
    template <class Table>
        requires requires(const Table& table) { table.distance(table.count(), table.count()); }
    explicit Topology(const Table& table) : count_(table.count()) {
        for (base::u32 from = 0; from < count_; ++from) {
            for (base::u32 to = 0; to < count_; ++to) {
                distances_.at(from).at(to) = table.distance(from, to);
            }
        }
    }

    /// `node` is one of the table's.
    void add(base::u32 cpu, base::u32 node) {
        ASSERT(node < count_ && !online_.contains(cpu));
        nodes_.at(node).add(cpu);
        online_.add(cpu);
    }

    void remove(base::u32 cpu) {
        nodes_.at(node_of(cpu)).remove(cpu);
        online_.remove(cpu);
    }

    [[nodiscard]] const cpu_set::CpuSet& online() const { return online_; }

    /// 0 for one that is not here.
    [[nodiscard]] base::u32 node_of(base::u32 cpu) const {
        base::u32 node = 0;
        while (node + 1 < count_ && !nodes_.at(node).contains(cpu)) {
            ++node;
        }
        return nodes_.at(node).contains(cpu) ? node : 0;
    }

    /// Calls visit(processors of a node) for each node, that of `cpu` first, then by distance, until it returns true.
    template <class Visit>
    void for_each_node_from(base::u32 cpu, Visit visit) const {
        const base::u32 here = node_of(cpu);
        base::u64 left = (base::u64{1} << count_) - 1;
        while (left != 0) {
            const base::u32 node = nearest(here, left);
            left &= ~(base::u64{1} << node);
            if (visit(nodes_.at(node))) {
                return;
            }
        }
    }

  private:
    /// Of the nodes in `left`; the lowest of equally near ones, but `here` itself before all.
    [[nodiscard]] base::u32 nearest(base::u32 here, base::u64 left) const {
        base::u32 best = static_cast<base::u32>(std::countr_zero(left));
        for (base::u32 node = best; node < count_; ++node) {
            const bool is_left = (left >> node & 1) != 0;
            if (is_left &&
                (node == here || (best != here && distances_.at(here).at(node) < distances_.at(here).at(best)))) {
                best = node;
            }
        }
        return best;
    }

    base::u32 count_ = 1;
    std::array<cpu_set::CpuSet, numa::kMaximumNodes> nodes_;
    std::array<std::array<base::u8, numa::kMaximumNodes>, numa::kMaximumNodes> distances_{};
    cpu_set::CpuSet online_;
};

} // namespace scheduler
