/// Jobs that somebody waits for: the core of scopes, timeouts, when_all and when_any.
#pragma once

#include "async/job.hpp"

namespace async {

/// Lives in the frame of who waits, who is parked on it until the last Job has ended. What the end of a Job means for
/// the others is said by on_end().
class Nursery : public Leaf {
  public:
    /// A Job with its root frame set comes in, with the latch of those that are here; it runs when its turn comes.
    void add(Job& job);

    /// The same, but the caller resumes it.
    void adopt(Job& job) {
        take_in(job);
        if (latch_.is_error()) [[unlikely]] {
            job.set_latch(latch_);
        }
    }

    /// A Job goes to another worker, unended.
    static void give_up(Job& job) { JobList::remove(job); }

    /// Sets the latch of all Jobs here, those that come later, and all that they wait for.
    void cancel_jobs(Error reason);

    /// Of cancel_tree(): what comes later gets the latch too. The Jobs here get theirs by themselves.
    void set_latch(Error reason) { latch_ = reason; }

    [[nodiscard]] Error latch() const { return latch_; }

    /// A Job's root has ended, with `error` if it is one. What is to be resumed then: nothing, or who waited, with the
    /// error to fail with.
    struct Next {
        Frame frame;
        Error error;
    };

    Next end(Job& job, Error error);

    /// The same without an error and without a word to on_end(). Returns what is to be resumed.
    std::coroutine_handle<> end_well(Job& job) {
        JobList::remove(job);
        job.release();
        return jobs_.empty() ? all_ended() : std::noop_coroutine();
    }

    /// The same for nurseries that hear of all ends; the root's frame is still there.
    std::coroutine_handle<> end_heard(Frame root, Job& job);

    [[nodiscard]] bool hears_all() const { return hears_all_; }

    /// `parent` will park here.
    void begin_await(Job& parent);

    /// cancel_tree() walks into the Jobs by itself.
    void cancel(Error) override {}

    [[nodiscard]] Nursery* nursery() override { return this; }

    [[nodiscard]] JobList& jobs() { return jobs_; }

  protected:
    /// What on_end() is told of.
    enum class Hears : base::u8 { Errors, All };

    explicit Nursery(Hears hears = Hears::Errors) : hears_all_(hears == Hears::All) {}

    ~Nursery() = default;

    /// `job`, no longer in the list, has ended.
    virtual void on_end(Job& job, Error error) = 0;

    /// The list is empty: what its owner's await fails with, if it does.
    virtual Error outcome() = 0;

  private:
    void take_in(Job& job) {
        job.set_nursery(this);
        jobs_.push_back(job);
    }

    [[gnu::noinline]] void add_cancelled(Job& job);
    [[nodiscard]] Next next();
    std::coroutine_handle<> all_ended();
    static std::coroutine_handle<> go_on(Next next);

    JobList jobs_;
    Error latch_;
    bool hears_all_;
    bool is_awaited_ = false;
};

} // namespace async
