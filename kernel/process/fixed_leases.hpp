/// What a call lends to be mapped, or pinned for a device.
#pragma once

#include <array>
#include <atomic>

#include "abi/handle.hpp"
#include "abi/ring.hpp"
#include "base/guarded.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/object/page_wait.hpp"
#include "kernel/object/sweep.hpp"
#include "kernel/process/call.hpp"
#include "kernel/process/fixed_lease.hpp"
#include "kernel/processor/long_work.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::process {

class LentOn;

/// Those that are lent on from the leases of one call.
using LentOnList = base::IntrusiveList<FixedLease, LentOn>;

/// The ranges are made present and are pinned; then the call is sent; when it ends, nobody sees or uses them any more
/// before its caller has the result. All of that is done on one processor, in slices; what it waits for kicks it from
/// any. Charged to the caller, and held by the call until that is over.
class FixedLeases final : public base::RefCounted<FixedLeases>, mailbox::Message, processor::LongWork {
  public:
    /// Of `call`, a call of `ring` that is to be sent through the client's end that `client` names, to `channel`.
    /// OverBudget, NoMemory.
    static base::Result<base::RefPtr<FixedLeases>> create(Call& call, Ring& ring, Channel& channel, abi::Handle client);

    /// For create().
    FixedLeases(Call& call, Ring& ring, Channel& channel, abi::Handle client);

    static void destroy(FixedLeases& leases);

    [[nodiscard]] FixedLease& at(base::usize index) { return leases_.at(index); }

    /// Whether a device may use one of them.
    [[nodiscard]] bool has_pins() const;

    /// Whether a pager has to bring one of them.
    [[nodiscard]] bool is_any_paged() const;

    /// All that is lent is set, and the call is on the way: it begins, and goes on by itself, to the call's result.
    void start();

    /// The call comes to `error`, unless it is ended already.
    void fail(base::Error error);

    /// They are to end. From any processor, with any lock held; whoever calls keeps them.
    void end(EndKind how);

    [[nodiscard]] bool is_forced() const { return is_forced_.load(std::memory_order_relaxed); }

    /// Something has come, or is asked. The same.
    void kick();

    /// Ends the call, which lends on from what ends, unless it is over.
    void end_call(EndKind how);

    // Guarded by the lock of the channel.
    bool is_returning = false;  ///< nobody maps or copies any more
    bool was_told = false;      ///< the server, that they are wanted back; or it is to be
    bool is_to_be_told = false; ///< it has had no room for that
    bool was_delivered = false; ///< when the call ended
    bool is_answered = false;   ///< the result stands in the call, and is no error

  private:
    friend class LentOn;

    enum class Phase : base::u8 {
        Pinning,
        Sending,
        Lent,      ///< until the call, or the authority for one of them, ends
        Recalling, ///< those that are lent on
        Returning, ///< what a server mapped
        Leaving,   ///< what they hang below
        Over,      ///< the call has no leases any more
    };

    struct Sweeping : object::Sweep {
        explicit Sweeping(FixedLeases& whose) : Sweep(&Sweeping::done), owner(whose) {}

        static void done(object::Sweep& sweep);

        FixedLeases& owner;
    };

    struct Waiting : object::PageWait {
        explicit Waiting(FixedLeases& whose) : PageWait(&Waiting::come), owner(whose) {}

        static void come(PageWait& wait, base::Result<void> result);

        FixedLeases& owner;
    };

    static void arrive(mailbox::Message& message);
    static bool run_slice(LongWork& work);

    /// True: nothing is to be done now, or ever: then this is gone.
    bool step();
    /// Whether what it waits for has come.
    bool has_come();

    [[nodiscard]] bool must_end() const { return must_end_.load(std::memory_order_acquire); }

    void go_to(Phase phase);
    bool pin_some();
    void wait_for_page(FixedLease& lease, memory_object::Outcome outcome);
    bool send();
    base::Result<void> send_now();
    bool begin_return();
    bool recall();
    bool return_one();
    bool leave();
    bool finish();

    base::RefPtr<Ring> ring_;
    base::RefPtr<Channel> channel_;
    Call& call_;
    abi::Handle client_;
    base::u32 home_; ///< the processor
    Phase phase_ = Phase::Pinning;
    base::u8 index_ = 0; ///< of the lease that is its turn in this phase
    // Of that processor.
    bool is_queued_ = false;
    bool is_waiting_ = false;  ///< for a page
    bool is_sweeping_ = false; ///< until is_swept_
    std::atomic<bool> is_swept_{false};
    std::atomic<bool> must_end_{false};
    std::atomic<bool> is_forced_{false};
    Sweeping sweep_{*this};
    Waiting wait_{*this};
    std::array<FixedLease, abi::kEntryLeases> leases_{FixedLease{*this}, FixedLease{*this}};
    // Under the lock of LentOn.
    LentOnList inner_;
    bool is_closed_ = false; ///< nothing is lent on any more
};

/// Which leases are lent on from which: one lock for all, for what is seldom.
class LentOn {
  public:
    /// `inner` is part of a lease of `outer`. Revoked: those are ending.
    base::Result<void> add(FixedLeases& outer, FixedLease& inner);

    /// It has ended.
    void remove(FixedLeases& outer, FixedLease& inner);

    /// Those of one that has not been asked so to end yet; null: there is none. None is added any more.
    base::RefPtr<FixedLeases> next_to_end(FixedLeases& outer, EndKind how);

    /// Whether all have ended.
    bool are_over(FixedLeases& outer);

  private:
    struct Lists {};

    base::Guarded<Lists, core::KernelLock, core::kLeasesLock> lists_;
};

} // namespace kernel::process
