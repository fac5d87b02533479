/// A range that a call lends to be mapped, or pinned for a device.
#pragma once

#include <atomic>
#include <optional>

#include "base/intrusive_list.hpp"
#include "base/ref_ptr.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/process/call.hpp"
#include "kernel/process/lease_use.hpp"

namespace kernel::process {

/// Part of its call's FixedLeases. By the authority of the capability through which it is lent, or as part of the lease
/// of another call, whose server lends it on.
class FixedLease final : public base::ListLink<class LentOn> {
  public:
    /// Whole pages, at most abi::kMostFixedLease.
    struct Range {
        base::RefPtr<object::Memory> memory;
        base::u64 first = 0;
        base::u64 count = 0;
        base::u64 access = 0; ///< abi::kLeaseRead and so on
    };

    explicit FixedLease(FixedLeases& owner) : owner_(owner), lent_by_(owner), shown_by_(owner) {}

    /// False: nothing is lent so.
    [[nodiscard]] bool is_used() const { return static_cast<bool>(range_.memory); }

    [[nodiscard]] const Range& range() const { return range_; }

    [[nodiscard]] FixedLeases& owner() const { return owner_; }

    /// It is `range`, by the authority of `through`. BadHandle: that was revoked, and it is nothing.
    base::Result<void> set(Range&& range, capability::Slot& through);

    /// The same, lent on from one of `outer`. Revoked: those are ending.
    base::Result<void> set(Range&& range, FixedLeases& outer);

    /// Makes some of it present and fixed. Ready: call again until is_pinned(), after `sweep` is told; else what its
    /// next page waits for, too. Errors of Memory::pin(): nothing was begun.
    base::Result<memory_object::Outcome> pin_some(object::Sweep& sweep);

    [[nodiscard]] bool is_pinned() const { return pinned_ == range_.count; }

    /// Has `wait` wait for that page. False: look again. Errors of Memory::wait_for().
    base::Result<bool> wait_for_page(object::PageWait& wait, memory_object::Outcome outcome);

    /// Shows all of it in the Memory that `through` names, from page `first` on: how many bytes; `sweep` is told when
    /// nobody sees there what was before. Of who holds the call. Busy: it is shown; BadHandle: `through` was revoked;
    /// errors of Memory::borrow().
    base::Result<base::u64> show(capability::Slot& through, base::u64 first, object::Sweep& sweep);

    /// Does not any more; `sweep` is told when nobody sees it. False: it was not, and `sweep` is not.
    bool hide(object::Sweep& sweep);

    /// It has ended, and leaves where it hangs. False: it is being taken from there, and its owner is kicked when it
    /// was.
    bool leave();

    std::optional<EndKind> asked; ///< how that is lent on was asked to end; under the lock of LentOn

  private:
    [[nodiscard]] memory_object::Want want() const;
    base::Result<base::u64> show_alone(capability::Slot& through, base::u64 first, object::Sweep& sweep);

    FixedLeases& owner_;
    Range range_;
    base::u64 pinned_ = 0;       ///< pages, from the first on
    base::u64 answers_seen_ = 0; ///< before the last page was found missing
    base::RefPtr<object::Memory> window_;
    base::u64 window_first_ = 0;
    std::atomic<bool> is_shown_{false};
    LeaseUse lent_by_;
    FixedLeases* outer_ = nullptr; ///< that it is lent on from: held
    LeaseUse shown_by_;
};

} // namespace kernel::process
