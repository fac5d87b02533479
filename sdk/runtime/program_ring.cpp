#include "sdk/runtime/program_ring.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the queues stand behind the header, as many entries as the kernel says.

namespace sdk::runtime {

ProgramRing::ProgramRing(abi::RingHeader& header, const abi::RootBlock& block)
    : header_(header), submissions_(reinterpret_cast<abi::Submission*>(&header + 1), block.ring_submissions),
      completions_(reinterpret_cast<abi::Completion*>(submissions_.data() + submissions_.size()),
                   block.ring_completions) {}

} // namespace sdk::runtime

#pragma clang unsafe_buffer_usage end
