/// The program's side of its ring.
///
///     abi::Submission& entry = ring.next();      // fill it
///     ring.add();
///     submit(ring.added(), 1);
///     while (const abi::Completion* done = ring.front()) { …; ring.pop(); }
#pragma once

#include <span>

#include "abi/ring.hpp"
#include "abi/start.hpp"
#include "base/types.hpp"

namespace sdk::runtime {

/// Of one thread.
class ProgramRing {
  public:
    /// The ring at `header`, whose shape `block` tells.
    ProgramRing(abi::RingHeader& header, const abi::RootBlock& block);

    [[nodiscard]] base::u32 submissions() const { return static_cast<base::u32>(submissions_.size()); }

    [[nodiscard]] base::u32 completions() const { return static_cast<base::u32>(completions_.size()); }

    /// Whether next() may be filled.
    [[nodiscard]] bool has_room() const { return added() < submissions_.size(); }

    /// The place of the next submission, all zeros.
    abi::Submission& next() {
        abi::Submission& entry = submissions_[header_.submission_tail.position & (submissions() - 1)];
        entry = {};
        return entry;
    }

    /// The kernel may consume next().
    void add() { store(header_.submission_tail.position, header_.submission_tail.position + 1); }

    /// Submissions that were added and are not consumed.
    [[nodiscard]] base::u32 added() const {
        return header_.submission_tail.position - load(header_.submission_head.position);
    }

    /// The oldest completion that was not taken; null: there is none.
    [[nodiscard]] const abi::Completion* front() const {
        const base::u32 head = header_.completion_head.position;
        return head == load(header_.completion_tail.position) ? nullptr : &completions_[head & (completions() - 1)];
    }

    /// front() was read.
    void pop() { store(header_.completion_head.position, header_.completion_head.position + 1); }

    abi::RingHeader& header() { return header_; }

  private:
    static base::u32 load(const base::u32& position) { return __atomic_load_n(&position, __ATOMIC_ACQUIRE); }

    static void store(base::u32& position, base::u32 value) { __atomic_store_n(&position, value, __ATOMIC_RELEASE); }

    abi::RingHeader& header_;
    std::span<abi::Submission> submissions_;
    std::span<abi::Completion> completions_;
};

} // namespace sdk::runtime
