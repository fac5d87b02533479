/// The run queue of one processor, under the limits of groups and with a part kept from real time.
///
///     queue.add(context);
///     for (;;) {
///         const Turn turn = queue.take(clock.now());          // runs turn.context until turn.end, if that says so
///         …
///         if (queue.charge(clock.now(), stolen)) { … }        // take() again
///     }
#pragma once

#include "libs/scheduler/group.hpp"
#include "libs/scheduler/run_queue.hpp"

namespace scheduler {

/// Who runs, and until when; null: nobody is ready.
struct Turn {
    Context* context = nullptr;
    std::optional<base::Nanoseconds> end{}; ///< then charge() is to be called; nothing: not before something happens
    bool is_cut_short = false;              ///< many had no time left: take() again, after letting interrupts in
    bool has_held = false;                  ///< some had none: their groups say when they have
};

/// Used by one at a time; while uses_groups(), or for a context that has one, under the lock of their tree. What is
/// said of times is of one clock.
class ProcessorQueue {
  public:
    /// Real time has so much of each period while others wait.
    static constexpr Quota kRealTimeQuota{base::Nanoseconds{95'000'000}, base::Nanoseconds{100'000'000}};

    explicit ProcessorQueue(base::Nanoseconds now) { guard_.begin(now, kRealTimeQuota); }

    ProcessorQueue(const ProcessorQueue&) = delete;
    ProcessorQueue& operator=(const ProcessorQueue&) = delete;

    /// `context` is ready; it may be held at once when its turn comes.
    void add(Context& context);

    /// `context`, of this queue or held, is no longer ready. If it is the running one, after charge().
    void remove(Context& context);

    /// Who runs from `now` on. The last one was charged until then. Those whose groups have no time left are held
    /// meanwhile, a few at once.
    Turn take(base::Nanoseconds now);

    /// Adds to the accounts what passed since take() or the last charge(), of which `stolen` was no time of this
    /// processor. Whether take() may find another now. A context whose turn is over is no longer lent: the server that
    /// ran on it is ready with its own.
    bool charge(base::Nanoseconds now, base::Nanoseconds stolen = {});

    /// After charge(): as of RunQueue.
    void yield() { queue_.yield(); }

    /// After charge(): as of RunQueue.
    void put_back();

    /// After charge() and add(): whether `woken` is to run at once.
    [[nodiscard]] bool preempts(const Context& woken, base::Nanoseconds now);

    /// Until when the running one may go on, after charge() said that its turn is not over.
    [[nodiscard]] std::optional<base::Nanoseconds> next_decision(base::Nanoseconds now);

    /// Whether somebody of real time is ready who has not had the part of all of them: nothing else may be done first.
    [[nodiscard]] bool is_urgent(base::Nanoseconds now) {
        return queue_.has_real_time() && guard(now) == RealTime::Runs;
    }

    /// As of RunQueue::change(); OverBudget: the group has no real time.
    static base::Result<void> change(Context& context, const Parameters& parameters);

    [[nodiscard]] Context* running() const { return queue_.running(); }

    /// Whether a context here has a group.
    [[nodiscard]] bool uses_groups() const { return grouped_ != 0; }

    [[nodiscard]] RunQueue& ready() { return queue_; }

    [[nodiscard]] const RunQueue& ready() const { return queue_; }

  private:
    /// How many are held in one take().
    static constexpr int kHeldAtOnce = 32;
    /// A weight that differs by less than a hundredth is near enough.
    static constexpr base::u64 kNearEnough = 100;
    static constexpr base::Nanoseconds kForEver{~base::u64{0} >> 1};

    [[nodiscard]] bool obtain(base::Nanoseconds now);
    void settle();
    void run_out(Context& context, base::Nanoseconds now);
    void end_loan(Context& context);
    void reweigh(Context& context);
    [[nodiscard]] RealTime guard(base::Nanoseconds now);

    RunQueue queue_;
    Bandwidth guard_;
    base::u32 grouped_ = 0;      ///< contexts that have a group
    base::Nanoseconds since_;    ///< when the running one was charged last
    base::Nanoseconds obtained_; ///< from its group
    Class obtained_for_ = Class::Interactive;
    base::Nanoseconds used_; ///< of that
};

} // namespace scheduler
