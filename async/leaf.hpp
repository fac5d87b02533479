/// What a Job is parked on: the innermost await of its chain of coroutines.
///
///     class Wait : public LeafOf<Wait> {
///         Ready try_now();       // without waiting; Failed after fail()
///         void park();           // leaves word of itself where it will be woken from
///         T take();              // the value, after Yes or Executor::wake()
///         void cancel(Error) override;
///     };
///     co_await wait;             // T, or the error ends this coroutine
///     co_await wait.result();    // Result<T>
#pragma once

#include <string_view>

#include "async/error.hpp"

namespace async {

class Job;
class Nursery;

/// Whether there is no need to wait.
enum class Ready : base::u8 { No, Yes, Failed };

/// Lives in the awaiting frame. Belongs to the executor of its Job.
class Leaf {
  public:
    // Nothing is initialised: the job when it is awaited, the error when there is one, or when a Result is asked for.
    Leaf() {}

    Leaf(const Leaf&) = delete;
    Leaf& operator=(const Leaf&) = delete;

    /// The latch of the parked Job acts: takes the wait back and wakes the Job with `reason`, or, where the wait is the
    /// kernel's, asks for it and lets the Job wait on. Nothing is resumed inside.
    virtual void cancel(Error reason) = 0;

    /// For dumps.
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// The Jobs that are waited for, if it is them.
    [[nodiscard]] virtual Nursery* nursery() { return nullptr; }

    [[nodiscard]] Job& job() const { return *job_; }

    void set_job(Job& job) { job_ = &job; }

    [[nodiscard]] Error error() const { return error_; }

    /// The await ends with `error`.
    Ready fail(Error error) {
        error_ = error;
        return Ready::Failed;
    }

  protected:
    ~Leaf() = default;

  private:
    Job* job_;
    Error error_;
};

/// A leaf, or Jobs to wait for, whose await is to yield a Result.
template <class L>
struct Asked {
    L& leaf;
};

/// Gives `L` the method result().
template <class L>
class Askable {
  public:
    /// To be awaited in the same expression.
    [[nodiscard]] Asked<L> result() { return {static_cast<L&>(*this)}; }
};

} // namespace async
