#include "kernel/memory/memory_nodes.hpp"

#include <algorithm>

namespace kernel::memory {

using base::Bytes;
using base::PhysicalAddress;
using base::u32;

namespace {

constexpr Bytes kPage{base::kPageSize};
/// Beyond it no processor has memory; a table may claim what it likes.
constexpr base::u64 kEndOfMemory = base::u64{1} << 52;

PhysicalAddress end_of(const numa::NodeMemory& memory) {
    const base::u64 start = std::min(memory.start.value(), kEndOfMemory);
    return PhysicalAddress{start + std::min(memory.size.value(), kEndOfMemory - start)}.align_down(kPage);
}

} // namespace

FirmwareNodes::FirmwareNodes(const numa::NodeTable& table) : topology_(std::min(table.count(), frame::kMaximumNodes)) {
    for (u32 from = 0; from < topology_.count(); ++from) {
        for (u32 to = 0; to < topology_.count(); ++to) {
            topology_.set_distance(from, to, table.distance(from, to));
        }
    }
    for (const numa::NodeMemory& memory : table.memory()) {
        const PhysicalAddress start = memory.start.align_down(kPage);
        if (const PhysicalAddress end = end_of(memory); start < end) {
            ranges_.at(count_++) = {start, end, allocator_node(memory.node)};
        }
    }
}

} // namespace kernel::memory
