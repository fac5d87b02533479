/// What a process holds.
///
///     Slot* slot = space.find(handle);                    // within an epoch; null: BadHandle
///     const Handle child = TRY(space.derive(*slot, request));
#pragma once

#include "abi/handle.hpp"
#include "base/guarded.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/table_frames.hpp"
#include "libs/capability/table.hpp"

namespace kernel::process {

/// The capability table of one process, charged to its budget. find() takes no lock: what it found stays readable until
/// the processor leaves the kernel, so slots are used again only after a grace period.
class CapabilitySpace {
  public:
    /// Each slot's first generation is `start`.
    CapabilitySpace(budget::Budget& budget, base::u32 start) : budget_(budget), table_(frames_, start) {}

    CapabilitySpace(const CapabilitySpace&) = delete;
    CapabilitySpace& operator=(const CapabilitySpace&) = delete;

    [[nodiscard]] capability::Slot* find(abi::Handle handle) const { return table_.find(handle); }

    /// The same, also if it was revoked or has expired; null if there is none.
    [[nodiscard]] capability::Slot* find_owned(abi::Handle handle) const { return table_.find_owned(handle); }

    /// A capability to `object` that no other is the parent of. BadState: closed; NoMemory, OverBudget.
    base::Result<abi::Handle> install(Object& object, abi::Permissions permissions, base::u64 qualifier = 0);

    /// A child of `parent`, a live slot of any process. InvalidArgument as of capability::narrow(); BadHandle: it is
    /// live no more; WouldBlock: its tree is being revoked, try again; BadState: closed; NoMemory, OverBudget.
    base::Result<abi::Handle> derive(capability::Slot& parent, const capability::DeriveRequest& request);

    /// Ends the capability `handle`, live or revoked; its children move up. BadHandle.
    base::Result<void> drop(abi::Handle handle);

    /// A free slot's place, kept for adopt() or take_over(), which then cannot fail. NoMemory, OverBudget.
    base::Result<base::u32> reserve();

    /// `place` was reserved and is not needed.
    void give_back(base::u32 place);

    /// As install(), at a reserved place.
    abi::Handle install_at(base::u32 place, Object& object, abi::Permissions permissions, base::u64 qualifier = 0);

    /// A child of `parent`, a slot of any process, with those of its permissions that are in `mask`, at a reserved
    /// place. No handle, and the place is given back: `parent` is live no more.
    abi::Handle adopt(base::u32 place, capability::Slot& parent, abi::Permissions mask);

    /// The capability of `from`, a slot of any process, at a reserved place: it keeps its place in the tree, and
    /// whoever held it is to drop() it. No handle, and the place is given back: `from` is live no more.
    abi::Handle take_over(base::u32 place, capability::Slot& from);

    /// The same at a new place. BadHandle: `from` is live no more; BadState: closed; NoMemory, OverBudget.
    base::Result<abi::Handle> take_over(capability::Slot& from);

    /// From now on nothing comes in.
    void close();

    /// Ends some capabilities of a closed one that nobody looks anything up in any more; then gives its
    /// memory back, some at a time. True: there is nothing left.
    bool end_some();

    /// Takes at most `limit` descendants of `top` away, and begins to end what was obtained through them. True: there
    /// is none any more.
    static bool revoke_some(capability::Slot& top, base::u32 limit);

    /// The same of all capabilities to `object`, which is closed with the last. True: there is none any more, and
    /// nothing in force.
    static bool end_all_some(Object& object, base::u32 limit);

    /// Calls visit(handle, slot) for the first live slot at `place` or above, with the table's lock held, and moves
    /// `place` behind what it looked at: at most some slots, so it may have found none. False: there are no more, or
    /// the process is ending.
    template <class Visit>
    bool visit_next(base::u32& place, Visit visit);

    /// Capabilities in it, those included that wait for their grace period.
    [[nodiscard]] base::u32 count() const { return table_.count(); }

    /// Slots that there is memory for.
    [[nodiscard]] base::u32 capacity() const { return table_.capacity(); }

  private:
    /// Slots that were dropped: those of the list before wait for one grace period together, and those that are dropped
    /// meanwhile for the next one.
    struct Waiting {
        capability::GivenUp current;
        capability::GivenUp previous;
        base::u64 epoch = 0; ///< when the last of `previous` was dropped
        bool is_closed = false;
        base::u32 ended = 0; ///< of a closed one: how far end_some() came
    };

    /// Runs operation() under the table's lock until the budget had enough at hand.
    template <class Operation>
    auto with_memory(Operation operation) -> decltype(operation());

    abi::Handle install_in(Object& object, base::u32 place, const capability::Contents& contents,
                           capability::Node& parent);
    base::Result<void> charge_for_one();
    void recycle_some(Waiting& waiting);

    budget::Budget& budget_;
    TableFrames frames_;
    capability::Table<TableFrames> table_;
    base::Guarded<Waiting, core::KernelLock, core::kCapabilityTableLock> waiting_;
};

template <class Visit>
bool CapabilitySpace::visit_next(base::u32& place, Visit visit) {
    constexpr base::u32 kMost = 8;
    return waiting_.with([&](Waiting& waiting) {
        // One that is closed gives its slots back.
        if (waiting.is_closed) {
            return false;
        }
        const base::u32 first = place;
        bool is_found = false;
        for (base::u32 looks = kMost; looks != 0 && !is_found; --looks) {
            const bool goes_on = table_.visit_some(place, 1, [&](base::u32 at, const capability::Slot& slot) {
                const auto state = slot.state();
                is_found = state.get<capability::SlotLayout::Live>();
                if (is_found) {
                    visit(abi::Handle::of_entry(at, state.get<capability::SlotLayout::Generation>()), slot);
                }
            });
            if (!goes_on) {
                break;
            }
        }
        return place != first;
    });
}

/// The kernel's object that a slot names.
inline Object& object_of(const capability::Slot& slot) { return static_cast<Object&>(slot.target()); }

} // namespace kernel::process
