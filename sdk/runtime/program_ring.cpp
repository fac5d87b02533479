#include "sdk/runtime/program_ring.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the queues stand behind the header, as many entries as the kernel says.

namespace sdk::runtime {

using base::u32;

namespace {

u32 load(const u32& position) { return __atomic_load_n(&position, __ATOMIC_ACQUIRE); }

void store(u32& position, u32 value) { __atomic_store_n(&position, value, __ATOMIC_RELEASE); }

} // namespace

ProgramRing::ProgramRing(abi::RingHeader& header, const abi::RootBlock& block)
    : header_(header), submissions_(reinterpret_cast<abi::Submission*>(&header + 1), block.ring_submissions),
      completions_(reinterpret_cast<abi::Completion*>(submissions_.data() + submissions_.size()),
                   block.ring_completions) {}

bool ProgramRing::has_room() const { return added() < submissions_.size(); }

u32 ProgramRing::added() const { return header_.submission_tail.position - load(header_.submission_head.position); }

abi::Submission& ProgramRing::next() {
    abi::Submission& entry = submissions_[header_.submission_tail.position & (submissions() - 1)];
    entry = {};
    return entry;
}

void ProgramRing::add() { store(header_.submission_tail.position, header_.submission_tail.position + 1); }

const abi::Completion* ProgramRing::front() const {
    const u32 head = header_.completion_head.position;
    return head == load(header_.completion_tail.position) ? nullptr : &completions_[head & (completions() - 1)];
}

void ProgramRing::pop() { store(header_.completion_head.position, header_.completion_head.position + 1); }

} // namespace sdk::runtime

#pragma clang unsafe_buffer_usage end
