/// A spawned chain of coroutines: what is scheduled, cancelled and accounted for.
#pragma once

#include "async/await.hpp"
#include "async/job_list.hpp"
#include "async/leaf.hpp"
#include "async/parcel.hpp"
#include "base/assert.hpp"

namespace async {

class Nursery;

/// Normal Jobs go first; a background one has every 64th step, and all steps that nobody else wants.
enum class Priority : base::u8 { Normal, Background };

/// One chain runs or is parked on one Leaf at any time, so that what is waited for needs no list of its own. Belongs to
/// one executor from its first step on; before that, another one may take it.
class Job : public Parcel, public JobLinks {
  public:
    /// What the await that it is parked at makes of an error: nothing, so that the coroutine ends; or a Result.
    enum class Yields : base::u8 { Value, Result };

    /// Its root has ended: the record may go. Nobody touches it afterwards.
    virtual void release() = 0;

    void open(Executor& here) override;

    /// The latch: set once, never reset. Acts now unless a shield holds it back. Jobs that it waits for are the
    /// caller's business: see cancel_tree().
    void set_latch(Error reason);

    /// Whether its awaits fail.
    [[nodiscard]] bool is_cancelled() const { return latch_.is_error() && shields_ == 0; }

    /// Why it was cancelled; no error if it was not.
    [[nodiscard]] Error latch() const { return latch_; }

    /// A shield begins. Returns how many there are now.
    base::u8 add_shield() {
        ASSERT(shields_ != 0xff, "too many shields");
        return ++shields_;
    }

    /// The shields beyond the first `count` end or run out; the latch acts if none is left.
    void keep_shields(base::u8 count);

    /// The chain waits at `frame` on `leaf`.
    void park(Frame frame, Leaf& leaf, Yields yields) {
        at_ = frame.address();
        leaf_ = &leaf;
        yields_ = yields;
    }

    /// The chain will go on: with `error` it fails there, or its await yields it.
    void unpark() { leaf_ = nullptr; }

    void fail_at_resume(Error error) { failure_ = error; }

    [[nodiscard]] Error take_failure() { return std::exchange(failure_, Error()); }

    [[nodiscard]] bool will_fail() const { return failure_.is_error(); }

    /// Where it goes on.
    [[nodiscard]] Frame at() const { return Frame::from_address(at_); }

    void set_place(Frame at) { at_ = at.address(); }

    /// What it is parked on; null if it runs or is ready.
    [[nodiscard]] Leaf* leaf() const { return leaf_; }

    [[nodiscard]] Yields yields() const { return yields_; }

    [[nodiscard]] Executor& executor() const { return *executor_; }

    void set_executor(Executor& executor) { executor_ = &executor; }

    /// Who waits for its end. Without meaning while it is on its way to another worker, which has another one.
    [[nodiscard]] Nursery* nursery() const { return nursery_; }

    void set_nursery(Nursery* nursery) { nursery_ = nursery; }

    [[nodiscard]] Priority priority() const { return priority_; }

    void set_priority(Priority priority) { priority_ = priority; }

    /// Tells it from the other Jobs that began on its executor. It has one only from when it is asked for: most never
    /// are.
    [[nodiscard]] base::u32 number();

    /// Destroys the frame of its root, which may come from another worker.
    virtual void destroy_root(Frame root) { root.destroy(); }

  protected:
    Job() {}

    ~Job() = default;

  private:
    // Before the first step somebody writes those that are not initialised.
    void* at_;
    Leaf* leaf_ = nullptr;
    Nursery* nursery_;
    Executor* executor_;
    Error latch_;
    Error failure_;        ///< what to fail with at the next step
    base::u32 number_ = 0; ///< 0: none yet
    Yields yields_ = Yields::Value;
    Priority priority_ = Priority::Normal;
    base::u8 shields_ = 0;
};

inline Job* JobList::next(JobLinks& job) { return job.next_ == &end_ ? nullptr : static_cast<Job*>(job.next_); }

/// Sets the latch of `top` and of all Jobs that it waits for, and so on, but for those behind a shield that holds.
void cancel_tree(Job& top, Error reason);

} // namespace async
