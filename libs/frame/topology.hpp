/// How far the nodes of the machine are from each other, and which of them a request may use.
#pragma once

#include <array>
#include <span>

#include "base/types.hpp"

namespace frame {

/// Machines with more are seen as having this many: further nodes join the last.
inline constexpr base::u32 kMaximumNodes = 16;

/// A set of nodes, bit n for node n.
using NodeSet = base::u32;

inline constexpr NodeSet kAllNodes = (1U << kMaximumNodes) - 1;

/// Nodes 0 to count() - 1. As [acpi] 5.2.17 has it, 10 is a node's distance from itself.
class Topology {
  public:
    static constexpr base::u8 kSelf = 10;
    static constexpr base::u8 kOther = 20;

    /// `count` nodes, 1 to kMaximumNodes, all equally far from each other.
    constexpr explicit Topology(base::u32 count = 1) : count_(count) {}

    [[nodiscard]] constexpr base::u32 count() const { return count_; }

    void set_distance(base::u32 from, base::u32 to, base::u8 distance) { stretch_.at(from).at(to) = distance; }

    [[nodiscard]] base::u8 distance(base::u32 from, base::u32 to) const;

    /// Writes all nodes in the order in which `from` would rather use them: nearest first, itself before all others.
    void nearest_first(base::u32 from, std::span<base::u8> order) const;

  private:
    base::u32 count_;
    std::array<std::array<base::u8, kMaximumNodes>, kMaximumNodes> stretch_{}; ///< 0: not told
};

/// From which nodes memory should come.
struct Policy {
    enum class Kind : base::u8 {
        Local,      ///< the nearest to who asks
        Bind,       ///< the nearest of `nodes`, and no other
        Interleave, ///< one of `nodes` after the other, by position; when it has none, the nearest to it of the others
    };

    Kind kind = Kind::Local;
    NodeSet nodes = kAllNodes;
};

/// What is asked for.
struct Request {
    unsigned order = 0;
    Policy policy{};
    base::u64 position = 0; ///< for Interleave: of the block in its object
};

} // namespace frame
