/// A submission that could not be finished at once.
#pragma once

#include <atomic>

#include "base/intrusive_list.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/object/flush.hpp"
#include "kernel/object/rendezvous.hpp"
#include "kernel/object/sweep.hpp"
#include "kernel/process/address_waits.hpp"
#include "kernel/process/answer.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/process/use.hpp"
#include "kernel/time/timers.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::process {

class Chain;
class Operation;
class PageOperation;

/// Those that wait for the same, in an object, under its lock.
using OperationList = base::IntrusiveList<Operation>;

/// Charged to the submitter. It is complete when the wait that was handed out was told, on any processor, and the
/// method that began it has its answer; it then posts the result and is gone. One that waits for what may never come
/// can be given up: by `cancel`, at its deadline, or when its ring closes; who takes it out of where it waits says what
/// it comes to. It holds a reference to itself until it is complete.
class Operation : public base::RefCounted<Operation>,
                  public base::ListLink<>,
                  public base::ListLink<class OperationsOfRing>,
                  public address_wait::Waiter {
  public:
    /// For who allocates it, from ProcessObjects, on the processor of the ring's thread. Keeps its ring. Monotonic
    /// time, 0: no deadline.
    Operation(Ring& ring, base::u64 tag, bool is_quiet, base::Nanoseconds deadline);

    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

    static void destroy(Operation& operation);

    /// It is an entry of `chain`, or of none.
    void set_chain(Chain* chain) { chain_ = chain; }

    [[nodiscard]] base::u64 tag() const { return tag_; }

    [[nodiscard]] base::Nanoseconds deadline() const { return deadline_; }

    /// What it waits for, the thread of `holder` is to bring, which inherits the rank of its own meanwhile. Before it
    /// waits. OverBudget, NoMemory.
    base::Result<void> lend_rank(budget::Budget& payer, Ring& holder);

    /// From now on that is another one; null: nobody. Nothing if it does not lend. While it waits, under the lock of
    /// where it does.
    void move_rank(RingRank* holder);

    [[nodiscard]] RingRank& rank() const { return ring_->rank(); }

    /// It is about to wait in the list of an object, or for a word, where it can be given up.
    void expect_wait();

    /// The capability by whose authority it is about to wait so: when that is revoked or expires, it does no longer.
    /// Before it waits. BadHandle: that was revoked.
    base::Result<void> hang_below(capability::Slot& through);

    /// It waits, or has waited: ends it if that was revoked before it could be given up. Whoever calls keeps it.
    void look_for_end();

    /// It waits for a page as `page` says, on this processor; null: it does no longer.
    void wait_for_page(PageOperation* page);

    /// Ends it with `error` if it still waits. False: it comes to its own end. Whoever calls keeps it.
    bool give_up(base::Error error);

    /// Told when old translations are gone.
    object::FlushWait& flush() { return flush_; }

    /// Told when all address spaces have seen a change of a memory object.
    object::Sweep& sweep() { return sweep_; }

    /// The method is through, and its wait was told or will be.
    void finish_method(const Answer& answer) {
        answer_ = answer;
        arrive();
    }

    /// The same of one that failed after all.
    void fail_method(base::Error error) {
        status_ = static_cast<base::u16>(error);
        arrive();
    }

    /// It has no wait.
    void expect_no_wait() { arrive(); }

    /// What it waited for in the list of an object, or at a word, has come: it posts the result and is gone.
    void complete(const Answer& answer);

    /// It comes no more: the result is `error`, and this is gone.
    void fail(base::Error error);

    /// The method failed, and its wait will not be told: it is gone, and posts no result.
    void abandon();

  private:
    struct Flush : object::FlushWait {
        explicit Flush(Operation& whose)
            : FlushWait([](object::FlushWait& wait) { static_cast<Flush&>(wait).owner.arrive(); }), owner(whose) {}

        Operation& owner;
    };

    struct Sweeping : object::Sweep {
        explicit Sweeping(Operation& whose)
            : Sweep([](object::Sweep& sweep) { static_cast<Sweeping&>(sweep).owner.arrive(); }), owner(whose) {}

        Operation& owner;
    };

    /// Its timer is its processor's, and is asked for from there.
    struct Deadline : time::Timer, mailbox::Message {
        explicit Deadline(Operation& whose) : Timer(&Deadline::pass), Message(&Deadline::forget), owner(whose) {}

        static void pass(time::Timer& timer);
        static void forget(mailbox::Message& message);

        Operation& owner;
    };

    /// Held by who ends it.
    struct Authority final : Use {
        explicit Authority(Operation& whose) : Use(Keeps::Nothing), owner(whose) {}

        bool hold() override { return owner.add_reference_if_alive(); }

        void release() override { owner.drop_reference(); }

        void end(base::Error why) override;

        void let_go() override { hangs_in.store(nullptr, std::memory_order_relaxed); }

        using Use::tell_ended;

        Operation& owner;
        std::atomic<Object*> hangs_in{nullptr}; ///< null: in none, or none that ends it
        std::atomic<base::u16> ended{0};        ///< by which Error
    };

    friend class OperationWaits;

    void arrive();
    void post(base::u16 status, const Answer& answer);
    void disarm();

    base::RefPtr<Ring> ring_;
    Chain* chain_ = nullptr;
    LentRank* lent_ = nullptr;
    base::u64 tag_;
    bool is_quiet_;
    bool is_armed_ = false; ///< or was: before it waits
    base::u16 status_ = 0;
    base::u32 home_; ///< the processor where it began
    base::Nanoseconds deadline_;
    OperationList* list_ = nullptr; ///< where it waits; OperationWaits guards it
    PageOperation* page_ = nullptr; ///< the same; of its processor
    Authority authority_{*this};
    Deadline timer_{*this};
    Answer answer_;
    object::Rendezvous meeting_; ///< of the method and its wait
    Flush flush_{*this};
    Sweeping sweep_{*this};
};

/// The lists in which operations wait, of all objects: who gives one up knows the operation alone, and what it waits
/// for may be gone. One lock, taken last, for what happens seldom.
class OperationWaits {
  public:
    /// `operation` waits in `list`.
    void add(OperationList& list, Operation& operation);

    /// The first one, which waits no more. Null: there is none.
    Operation* take_first(OperationList& list);

    /// Moves all of `from` behind those of `to`.
    void move_all(OperationList& from, OperationList& to);

    /// `operation` waits no more. False: it did not.
    bool take(Operation& operation);

  private:
    struct Lists {};

    base::Guarded<Lists, core::KernelLock, core::kOperationListLock> lists_;
};

/// `operation` waits in `list`, under whose lock this is called.
void add_wait(OperationList& list, Operation& operation);

/// Completes all of `operations`, which nobody else can reach any more.
void complete_all(OperationList& operations, const Answer& answer);

/// The same with an error.
void fail_all(OperationList& operations, base::Error error);

/// Moves all of `from` behind those of `to`.
void move_all(OperationList& from, OperationList& to);

} // namespace kernel::process
