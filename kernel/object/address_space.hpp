/// `AddressSpace`: what a process sees at which address.
///
///     const auto space = TRY(AddressSpace::create(budget));
///     const VirtualAddress start = TRY(space->map({.object = memory, .size = 16_KiB, .access = Access::ReadWrite}));
///     space->fault(address, Fault::Write, wait);      // Ready: run the thread again; else `wait` will tell
#pragma once

#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/object/environment.hpp"
#include "kernel/object/fault_wait.hpp"
#include "kernel/object/flush.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/processor/long_work.hpp"
#include "libs/shootdown/space.hpp"

namespace kernel::object {

class Ageing;

using MapRequest = address_space::MapRequest<Environment>;

enum class FaultResult : base::u8 {
    Ready,   ///< run the thread again
    Waiting, ///< its FaultWait will tell when
};

/// Regions and page tables, behind one lock. Its budget pays for both. Whoever saw it while something was mapped in it
/// through a MappingUse may ask whether it is alive until it leaves the kernel.
class AddressSpace final : public base::RefCounted<AddressSpace>,
                           public processor::LongWork,
                           public base::ListLink<Ageing> {
  public:
    using Layout = address_space::AddressSpace<Environment>;

    /// The library's part, which leads back.
    struct OwnLayout : Layout {
        OwnLayout(base::VirtualAddress random_address, object::AddressSpace& space)
            : Layout(random_address), owner(space) {}

        object::AddressSpace& owner;
    };

    /// Empty, with the kernel's half. NoMemory, OverBudget.
    static base::Result<base::RefPtr<AddressSpace>> create(budget::Budget& budget);

    /// For create().
    AddressSpace(budget::Budget& budget, base::u64 id, base::PhysicalAddress top, base::VirtualAddress random_address);

    static void destroy(AddressSpace& space);

    /// Of the library's part.
    static AddressSpace& of(Layout& layout) { return static_cast<OwnLayout&>(layout).owner; }

    /// From which nodes its tables come, and the frames of objects that leave it open.
    [[nodiscard]] frame::Policy policy() const { return policy_.load(std::memory_order_relaxed); }

    /// Of frames from now on. InvalidArgument: this machine has none of the nodes.
    base::Result<void> set_policy(frame::Policy policy);

    /// Never that of another one, also not later.
    [[nodiscard]] base::u64 id() const { return translations_.id(); }

    [[nodiscard]] budget::Budget& budget() const { return budget_; }

    /// The top-level page table.
    [[nodiscard]] base::PhysicalAddress tables() const { return translations_.top(); }

    /// As translation caches know it: to put it in force.
    [[nodiscard]] shootdown::Space& translations() { return translations_; }

    /// See address_space::AddressSpace for these three and their errors. What unmap() and protect() take away is gone
    /// on all processors when `wait` is told, which may be before they return; after an error it is not told.
    base::Result<base::VirtualAddress> map(const MapRequest& request);
    base::Result<base::Bytes> unmap(base::VirtualAddress start, base::Bytes size, FlushWait& wait);
    base::Result<base::Bytes> protect(base::VirtualAddress start, base::Bytes size, address_space::Access access,
                                      FlushWait& wait);

    /// Unmaps what in [start, start + size) was mapped through `use`, a slice: how much was looked at. `wait` is told
    /// as of unmap().
    base::Bytes unmap_use(const MappingUse& use, base::VirtualAddress start, base::Bytes size, FlushWait& wait);

    /// What is mapped around `address`. NotFound.
    base::Result<address_space::Span> query(base::VirtualAddress address);

    /// What a program reads at an address; it stays there, whatever is mapped at that address later.
    struct Place {
        base::RefPtr<Memory> memory;
        base::Bytes offset;
    };

    /// NotFound: nothing is mapped there; AccessDenied: a guard.
    base::Result<Place> find(base::VirtualAddress address);

    /// A thread that runs in this space made an access that faulted. NotFound: nothing is mapped there; AccessDenied;
    /// PeerClosed: the pager is gone; else as of MemoryObject::resolve().
    base::Result<FaultResult> fault(base::VirtualAddress address, address_space::Fault fault, FaultWait& wait);

    /// One large page for the 2 MiB around `address`. See address_space::AddressSpace.
    base::Result<void> promote(base::VirtualAddress address);

  private:
    friend class Ageing;
    friend class Sweep;

    /// Under the lock.
    struct State {
        State(AddressSpace& space, base::VirtualAddress random_address)
            : layout(random_address, space), flusher(space.ticket_) {}

        OwnLayout layout;
        Flusher flusher;
    };

    /// Runs operation(layout, e) under the lock until the budgets suffice, and has flushed what it changed. `wait` is
    /// told when that is done, if the operation succeeds.
    template <class Operation>
    auto change(FlushWait& wait, Operation operation)
        -> decltype(operation(std::declval<Layout&>(), std::declval<Environment&>()));

    base::Result<FaultResult> wait_for(Environment& e, base::VirtualAddress address,
                                       const address_space::FaultAnswer& answer, address_space::Fault fault,
                                       FaultWait& wait);
    /// Under the lock. True: no translation that `changes` tells of is left; false: others use the space, and the
    /// flusher must ask them.
    bool flush_alone(const page_table::Gather& changes);
    void start_flush();
    void complete_flush();
    bool give_back_slice();
    bool is_left_by_all();
    /// Empty, it is gone when no processor can have found it any more.
    bool is_forgotten();

    budget::Budget& budget_;
    base::u64 emptied_at_ = 0; ///< epoch
    std::atomic<bool> had_uses_{false};
    std::atomic<frame::Policy> policy_{};
    shootdown::Space translations_;
    shootdown::Ticket ticket_; ///< the flusher's
    base::Guarded<State, core::KernelLock, core::kAddressSpaceLock> state_;
};

} // namespace kernel::object
