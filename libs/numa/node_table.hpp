/// Which memory and which processors are near each other.
///
///     NodeTable nodes;
///     nodes.read(srat);
///     nodes.read(slit);    // both only after the domains are known
///     nodes.read(hmat);
///     const u32 near = nodes.node_of_processor(apic_id);
#pragma once

#include <array>
#include <optional>
#include <span>

#include "libs/acpi/hmat.hpp"
#include "libs/acpi/slit.hpp"
#include "libs/acpi/srat.hpp"
#include "libs/cpu_set/cpu_set.hpp"

namespace numa {

inline constexpr base::u32 kMaximumNodes = 32;

/// Memory from `start`, `size` bytes, is in `node`. It need not be there: see `is_hot_pluggable`.
struct NodeMemory {
    base::PhysicalAddress start;
    base::Bytes size;
    base::u32 node = 0;
    bool is_hot_pluggable = false; ///< it may come later; the memory map tells what is there
    bool is_non_volatile = false;

    [[nodiscard]] bool contains(base::PhysicalAddress address) const { return address - start < size; }
};

/// Copies what it reads. Nodes are numbered from 0 in the order of the firmware's domains; there is always one.
class NodeTable {
  public:
    static constexpr base::usize kMaximumRanges = 64;

    /// Takes the domains, their memory and their processors. What is damaged, or too much, is passed over and counted
    /// in lost(); a domain too many has its memory and processors lost.
    void read(const acpi::Srat& srat);

    /// Takes distances. Those between domains that the table does not have stay as they are.
    void read(const acpi::Slit& slit);

    /// Takes latencies and bandwidths of memory; caches of memory are passed over.
    void read(const acpi::Hmat& hmat);

    /// At least 1.
    [[nodiscard]] base::u32 count() const { return count_ == 0 ? 1 : count_; }

    /// The firmware's number of `node`, below count().
    [[nodiscard]] base::u32 domain_of(base::u32 node) const { return domains_.at(node); }

    /// In ascending order of addresses; empty if nothing was said. Ranges may overlap: tables can lie.
    [[nodiscard]] std::span<const NodeMemory> memory() const { return std::span(memory_).first(memory_count_); }

    /// The node of the first range that holds `address`; 0 if none does. Walks.
    [[nodiscard]] base::u32 node_of(base::PhysicalAddress address) const;

    /// The node of the processor with this local APIC id; 0 if nothing was said of it. Walks.
    [[nodiscard]] base::u32 node_of_processor(base::u32 apic_id) const;

    /// Both below count(). acpi::Slit::kLocal is a node's own; others in proportion; 20 where nothing was said.
    [[nodiscard]] base::u8 distance(base::u32 from, base::u32 to) const { return distances_.at(place(from, to)); }

    /// How long processors of `from` wait for a read of the memory of `to`, in picoseconds; none if nothing was said.
    [[nodiscard]] std::optional<base::u64> latency(base::u32 from, base::u32 to) const {
        return measured(latencies_.at(place(from, to)));
    }

    /// How much they read, in MB per second; none if nothing was said.
    [[nodiscard]] std::optional<base::u64> bandwidth(base::u32 from, base::u32 to) const {
        return measured(bandwidths_.at(place(from, to)));
    }

    /// How many entries had no place or were damaged.
    [[nodiscard]] base::u32 lost() const { return lost_; }

  private:
    static constexpr base::u8 kRemote = 20;
    static constexpr base::usize kPairs = base::usize{kMaximumNodes} * kMaximumNodes;

    struct NodeProcessor {
        base::u32 apic_id = 0;
        base::u32 node = 0;
    };

    static base::usize place(base::u32 from, base::u32 to) { return base::usize{from} * kMaximumNodes + to; }

    static std::optional<base::u64> measured(base::u64 value) {
        return value == 0 ? std::nullopt : std::optional(value);
    }

    [[nodiscard]] std::optional<base::u32> node_of_domain(base::u32 domain) const;
    void take(const acpi::ProcessorAffinity& processor);
    void take(const acpi::MemoryAffinity& memory);
    void take(const acpi::HmatMatrix& matrix);
    bool add_domain(base::u32 domain);
    void collect_domains(acpi::SratEntries entries);
    void reset_distances();

    std::array<base::u32, kMaximumNodes> domains_{};
    base::u32 count_ = 0;
    std::array<NodeMemory, kMaximumRanges> memory_{};
    base::usize memory_count_ = 0;
    std::array<NodeProcessor, cpu_set::kMaximumCpus> processors_{};
    base::usize processor_count_ = 0;
    std::array<base::u8, kPairs> distances_{acpi::Slit::kLocal};
    std::array<base::u64, kPairs> latencies_{};
    std::array<base::u64, kPairs> bandwidths_{};
    base::u32 lost_ = 0;
};

} // namespace numa
