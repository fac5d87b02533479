/// Where calls are, and how tokens find them.
#pragma once

#include <array>
#include <atomic>

#include "abi/handle.hpp"
#include "base/guarded.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/call.hpp"

namespace budget {
class Budget;
} // namespace budget

namespace kernel::process {

/// All calls of all rings. Their memory is never given back: a token that a program made up or kept may be looked at
/// at any time, without a lock.
class CallPool {
  public:
    CallPool() = default;
    CallPool(const CallPool&) = delete;
    CallPool& operator=(const CallPool&) = delete;

    /// A free call, charged to `budget`. OverBudget, NoMemory.
    base::Result<Call*> allocate(budget::Budget& budget);

    /// `call`, which allocate() gave out to this budget, is free.
    void release(Call& call, budget::Budget& budget);

    /// The call that `token` would name, whatever has become of it; null: there never was one.
    [[nodiscard]] Call* find(abi::Handle token) const;

    /// Calls visit(call) for the calls from place `next` on, at most `limit`. False: there are no more.
    template <class Visit>
    bool visit_some(base::u32& next, base::u32 limit, Visit visit) const {
        for (; limit != 0; --limit) {
            Call* const call = find(abi::Handle::of_reply(next, 0));
            if (call == nullptr) {
                return false;
            }
            visit(*call);
            ++next;
        }
        return true;
    }

  private:
    static constexpr base::usize kPageCalls = 16;
    static constexpr base::usize kDirectoryPages = 512;
    static constexpr base::usize kDirectories = (abi::Handle::kLargestSlot + 1) / kPageCalls / kDirectoryPages;

    struct Page;
    using Directory = std::array<std::atomic<Page*>, kDirectoryPages>;

    struct Free {
        constexpr Free() : first(nullptr), pages(0) {}

        Call* first;
        base::u32 pages;
    };

    base::Result<void> grow(Free& free);

    std::array<std::atomic<Directory*>, kDirectories> directories_{};
    base::Guarded<Free, core::KernelLock, core::kCallPoolLock> free_;
};

} // namespace kernel::process
