/// A submission that found a page missing which a pager must bring.
#pragma once

#include "kernel/object/memory.hpp"
#include "kernel/object/page_wait.hpp"
#include "kernel/process/operation.hpp"

namespace kernel::process {

/// Has `operation` wait for the page as well. Its program tries again when that has come: it is told that no byte was
/// done, or Busy where the answer has no place for that; or the pager's error. Charged to the submitter.
class PageOperation final : object::PageWait {
  public:
    /// What of a memory object is missing, and who knows of it.
    struct Missing {
        object::Memory& memory;
        base::u64 page;
        memory_object::Outcome outcome;
        memory_object::Want want;
        base::u64 answers_seen; ///< of the memory, before it was found missing
    };

    /// What the operation comes to when the page is there.
    enum class Then : base::u8 { AnswersNoBytes, IsBusy };

    /// `operation` ends in any case. A failure to wait is its result.
    static void wait(Operation& operation, budget::Budget& budget, const Missing& missing,
                     Then then = Then::AnswersNoBytes);

    /// It waits no longer, and its operation fails with `error`. False: it is answered. On its processor.
    bool give_up(base::Error error) { return PageWait::give_up(error); }

    /// For wait().
    PageOperation(Operation& operation, Then then)
        : PageWait(&PageOperation::come), operation_(operation), then_(then) {}

  private:
    static void come(PageWait& wait, base::Result<void> result);
    static void finish(Operation& operation, Then then, base::Result<void> result);

    Operation& operation_;
    Then then_;
};

} // namespace kernel::process
