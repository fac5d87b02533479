/// A submission that could not be finished at once.
#pragma once

#include "base/intrusive_list.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/object/flush.hpp"
#include "kernel/object/rendezvous.hpp"
#include "kernel/object/sweep.hpp"
#include "kernel/process/answer.hpp"
#include "kernel/process/ring.hpp"

namespace kernel::process {

/// Charged to the submitter. It is complete when the wait that was handed out was told, on any processor, and the
/// method that began it has its answer; it then posts the result and is gone.
class Operation : public base::ListLink<> {
  public:
    /// For who allocates it, from ProcessObjects. Keeps its ring.
    Operation(Ring& ring, base::u64 tag, bool is_quiet);

    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

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

    /// What it waited for in the list of an object has come: it posts the result and is gone.
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

    void arrive();

    base::RefPtr<Ring> ring_;
    base::u64 tag_;
    bool is_quiet_;
    base::u16 status_ = 0;
    Answer answer_;
    object::Rendezvous meeting_; ///< of the method and its wait
    Flush flush_{*this};
    Sweeping sweep_{*this};
};

/// Those that wait for the same, in an object, under its lock.
using OperationList = base::IntrusiveList<Operation>;

/// Completes all of `operations`, which nobody else can reach any more.
void complete_all(OperationList& operations, const Answer& answer);

/// The same with an error.
void fail_all(OperationList& operations, base::Error error);

/// Moves all of `from` behind those of `to`.
void move_all(OperationList& from, OperationList& to);

} // namespace kernel::process
