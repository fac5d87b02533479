/// Submissions that follow each other.
#pragma once

#include <array>
#include <optional>

#include "abi/ring.hpp"
#include "base/intrusive_list.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/object/rendezvous.hpp"
#include "kernel/process/continuation.hpp"
#include "kernel/process/invocation.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/processor/long_work.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/ring/request.hpp"

namespace kernel::process {

/// Entries of a ring of which each begins when the one before it has succeeded; if that fails, they come to Cancelled.
/// Charged to who submits, and kept here, for the program may write anew what it submitted. All is done on the
/// processor of the ring's thread, between what that submits: what has begun goes on there. It gives the processor to
/// nobody, and is gone when the last has its result.
class Chain final : public base::ListLink<class ChainsOfRing>, processor::LongWork, mailbox::Message {
  public:
    /// Of entries of `ring`, by its thread. For who allocates it, from ProcessObjects.
    explicit Chain(Ring& ring);

    /// Adds a copy of `entry` behind the others. At most abi::kLongestChain.
    void add(const abi::Submission& entry);

    /// Begins, when all were added.
    void start();

    /// Those that have not begun, from the first with `tag` on, or all, come to Cancelled. Answers how many have `tag`.
    base::u64 cut(std::optional<base::u64> tag);

    /// The one that has begun has had its result. From any processor, with any lock held.
    void note_result(base::u16 status);

  private:
    static bool run_slice(LongWork& work);
    static void arrive(mailbox::Message& message);

    /// Has the next one begin, or go on. True: nothing is to be done now, or ever: then this is gone.
    bool step();
    base::Result<Progress> begin_next(const ring::Request& request, Answer& answer);
    /// The next one has begun, and has its result later. Whether it has it, on another processor, even now.
    bool has_come_already();
    /// Of the one that has begun.
    void take_result();
    /// The next one is over.
    void finish(const ring::Request& request, base::u16 status, const Answer& answer);
    void end();

    base::RefPtr<Ring> ring_;
    Continuation continuation_;
    base::u32 home_;             ///< the processor
    base::u32 next_ = 0;         ///< the first that has not begun
    base::u32 count_ = 0;        ///< behind the last that is to begin
    bool is_asking_ = false;     ///< the next one is just beginning
    bool has_begun_ = false;     ///< one waits for its result
    base::u16 status_ = 0;       ///< what that came to
    object::Rendezvous meeting_; ///< of the beginning and the result
    std::array<abi::Submission, abi::kLongestChain> entries_;
};

/// The result of an entry of `chain` is shown; null: it is of none.
inline void tell(Chain* chain, base::u16 status) {
    if (chain != nullptr) [[unlikely]] {
        chain->note_result(status);
    }
}

} // namespace kernel::process
