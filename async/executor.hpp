/// What runs the Jobs of one worker thread.
#pragma once

#include <atomic>
#include <optional>

#include "async/alarm.hpp"
#include "async/driver.hpp"
#include "async/frame_slab.hpp"
#include "async/fresh_queue.hpp"
#include "async/nursery.hpp"
#include "async/parcel.hpp"
#include "async/ready_queue.hpp"
#include "base/checked.hpp"
#include "libs/timer_wheel/timer_wheel.hpp"

namespace async {

class Pool;

/// Queues, timers and frames of a worker. All belongs to the worker's thread but deliver(), nudge() and the fresh
/// queue. Dies when its pool has ended and all its threads have left work().
class Executor {
  public:
    /// How many Jobs run between two looks at the driver.
    static constexpr base::u32 kSteps = 64;

    /// `driver` and `source` outlive it; the source may be shared.
    template <Driver D>
    Executor(D& driver, FrameSource& source) : slab_(source), driver_(driver), roots_(*this), stop_(*this) {}

    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    /// `job`, which is not parked, goes on when its turn comes.
    void make_ready(Job& job) {
        if (job.priority() == Priority::Background) [[unlikely]] {
            make_ready_behind(job);
        } else {
            ready_.push(job);
        }
    }

    /// The leaf that `job` is parked on has what it waited for.
    void wake(Job& job) {
        job.unpark();
        make_ready(job);
    }

    /// The leaf ends with `error`.
    void wake(Job& job, Error error);

    /// From any thread: `parcel` is opened here soon.
    void deliver(Parcel& parcel) {
        inbox_.deliver(parcel);
        nudge();
    }

    /// From any thread: if the worker sleeps, it looks around.
    void nudge() {
        if (is_sleeping_.load() && is_sleeping_.exchange(false)) {
            driver_.wake();
        }
    }

    [[nodiscard]] bool is_sleeping() const { return is_sleeping_.load(); }

    /// A Job without anyone who waits for it here begins or goes on here; the pool waits.
    void adopt(Job& job) {
        job.set_executor(*this);
        roots_.add(job);
    }

    /// At `deadline` or soon after, alarm.ring(). Arming an armed one moves it.
    void arm(Alarm& alarm, base::Nanoseconds deadline) { timers_.arm(alarm, deadline); }

    void disarm(Alarm& alarm) { timers_.cancel(alarm); }

    [[nodiscard]] base::Nanoseconds now() const { return driver_.now(); }

    /// The moment so long after now; the last one there is if time ends before.
    [[nodiscard]] base::Nanoseconds after(base::Nanoseconds time) const {
        return base::checked_add(now(), time).value_or(base::Nanoseconds{~base::u64{0}});
    }

    [[nodiscard]] base::u64 entropy() const { return driver_.entropy(); }

    /// Runs turns until the pool has ended.
    void work();

    /// One turn without waiting: inbox, due timers, steps.
    void turn();

    /// Runs the Job that the driver picks. False if it picked none.
    bool step();

    void open_inbox() {
        if (!inbox_.is_empty()) {
            inbox_.open_all(*this);
        }
    }

    [[nodiscard]] bool has_parcels() const { return !inbox_.is_empty(); }

    void ring_alarms();

    /// When the next alarm is due.
    [[nodiscard]] std::optional<base::Nanoseconds> next_alarm() const { return timers_.next_expiry(); }

    [[nodiscard]] bool is_idle() const { return ready_.is_empty() && background_.is_empty(); }

    [[nodiscard]] const ReadyQueue& ready() const { return ready_; }

    [[nodiscard]] FreshQueue& fresh() { return fresh_; }

    [[nodiscard]] FrameSlab& slab() { return slab_; }

    /// The worker whose Job runs on this thread. There must be one.
    static Executor& current() { return *of_thread; }

    /// The Jobs that no Job waits for: those of the pool.
    [[nodiscard]] Nursery& roots() { return roots_; }

    /// Cancels them, when it is opened here.
    [[nodiscard]] Parcel& stop() { return stop_; }

    [[nodiscard]] Pool* pool() const { return pool_; }

    void set_pool(Pool& pool) { pool_ = &pool; }

    base::u32 next_number() { return ++last_number_; }

    /// Makes this worker the one of the thread while it lives.
    class Use {
      public:
        explicit Use(Executor& executor) : slab_(executor.slab_), before_(std::exchange(of_thread, &executor)) {}

        ~Use() { of_thread = before_; }

        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

      private:
        FrameSlab::Use slab_;
        Executor* before_;
    };

  private:
    class Roots final : public Nursery {
      public:
        explicit Roots(Executor& executor) : Nursery(Hears::All), executor_(executor) {}

        [[nodiscard]] std::string_view name() const override { return "pool"; }

      private:
        void on_end(Job& job, Error error) override;

        Error outcome() override { return {}; }

        Executor& executor_;
    };

    class Stop final : public Parcel {
      public:
        explicit Stop(Executor& executor) : executor_(executor) {}

        void open(Executor& here) override;

      private:
        Executor& executor_;
    };

    [[gnu::noinline]] void make_ready_behind(Job& job) { background_.push(job); }

    static void resume(Job& job);
    void run_steps();
    void sleep();

    static constinit thread_local Executor* of_thread;

    FrameSlab slab_;
    ReadyQueue ready_;
    ReadyQueue background_;
    DriverReference driver_;
    Pool* pool_ = nullptr;
    base::u32 last_number_ = 0;
    Roots roots_;
    Stop stop_;
    timer_wheel::TimerWheel timers_;
    Inbox inbox_;
    std::atomic<bool> is_sleeping_{false};
    FreshQueue fresh_;
};

inline void Nursery::add(Job& job) {
    take_in(job);
    if (latch().is_error()) [[unlikely]] {
        add_cancelled(job);
        return;
    }
    job.executor().make_ready(job);
}

} // namespace async
