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
    [[nodiscard]] bool has_room() const;

    /// The place of the next submission, all zeros.
    abi::Submission& next();

    /// The kernel may consume next().
    void add();

    /// Submissions that were added and are not consumed.
    [[nodiscard]] base::u32 added() const;

    /// The oldest completion that was not taken; null: there is none.
    [[nodiscard]] const abi::Completion* front() const;

    /// front() was read.
    void pop();

    abi::RingHeader& header() { return header_; }

  private:
    abi::RingHeader& header_;
    std::span<abi::Submission> submissions_;
    std::span<abi::Completion> completions_;
};

} // namespace sdk::runtime
