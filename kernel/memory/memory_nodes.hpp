/// Which memory belongs to which node.
#pragma once

#include <array>
#include <span>

#include "base/units.hpp"
#include "libs/frame/topology.hpp"
#include "libs/numa/node_table.hpp"

namespace kernel::memory {

/// Memory [start, end) of `node`.
struct NodeRange {
    base::PhysicalAddress start;
    base::PhysicalAddress end;
    base::u8 node;
};

/// Without ranges all memory is of node 0; so is what lies in none.
struct MemoryNodes {
    frame::Topology topology{1};
    std::span<const NodeRange> ranges;
};

/// The frame allocator's number for a node of the firmware's: those beyond frame::kMaximumNodes join the last.
constexpr base::u8 allocator_node(base::u32 node) {
    return static_cast<base::u8>(node < frame::kMaximumNodes ? node : frame::kMaximumNodes - 1);
}

/// What the firmware's tables say, as the frame allocator wants it. Ranges lose what is no whole page.
class FirmwareNodes {
  public:
    explicit FirmwareNodes(const numa::NodeTable& table);

    /// Refers to this.
    [[nodiscard]] MemoryNodes view() const { return {topology_, std::span(ranges_).first(count_)}; }

  private:
    frame::Topology topology_;
    std::array<NodeRange, numa::NodeTable::kMaximumRanges> ranges_{};
    base::usize count_ = 0;
};

} // namespace kernel::memory
