/// `BudgetObject`: a budget as capabilities name it, and all objects that it pays for.
///
///     payer.add(*memory);                         // when a capability to it is installed: it ends with the budget
///     payer.begin_end();                          // soon nothing is left of it and of those below
#pragma once

#include <atomic>
#include <optional>

#include "base/guarded.hpp"
#include "base/intrusive_list.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/operation.hpp"
#include "kernel/processor/long_work.hpp"
#include "kernel/thread/group.hpp"
#include "kernel/time/timers.hpp"
#include "libs/budget/budget.hpp"

namespace kernel::process {

/// Held by its capabilities together, and by its place in the tree of budgets. It ends when somebody with Delete ends
/// it, or when no capability to it is left and nothing that it pays for: first all objects that it pays for, a slice at
/// a time, then, when all is given back, its place in the tree. What it is charged for otherwise belongs to those.
class BudgetObject final : public Object, public base::RefCounted<BudgetObject>, processor::LongWork {
  public:
    enum class Life : base::u8 {
        UntilEnded,
        ForEver, ///< it is the first program's, and knows no objects
    };

    /// In no tree yet. For create(), and for who makes the first.
    explicit BudgetObject(Life life);

    /// What one may have of everything.
    struct Limits {
        budget::Limits of_things;
        std::optional<scheduler::GroupLimits> of_processors; ///< nothing: it counts for the one above, ever
    };

    /// One below `parent`, which pays for it. The one reference is that of its capabilities. BadState: `parent` is
    /// ending; OutOfRange: the tree would be too deep; NoMemory, OverBudget.
    static base::Result<base::RefPtr<BudgetObject>> create(BudgetObject& parent, const Limits& limits);

    static void destroy(BudgetObject& budget);

    [[nodiscard]] budget::Budget& budget() { return budget_; }

    /// The threads that it pays for, and those below; null: it has no limits of processors, or is over.
    [[nodiscard]] thread::Group* own_group() { return group() == &own_group_ ? &own_group_ : nullptr; }

    /// That of its threads: its own, or that of one above; null: none.
    [[nodiscard]] thread::Group* group() const { return group_.load(std::memory_order_relaxed); }

    /// As of thread::Groups::set_limits(); BadState also: it has no group of its own, or is ending.
    base::Result<void> set_processor_limits(const scheduler::GroupLimits& limits);

    /// It pays for `object`, to which a capability was installed since this processor entered the kernel.
    void add(Object& object);

    /// `object` of it dies; its memory is given back afterwards.
    void remove(Object& object);

    /// Whether it can be ended, and is not over.
    [[nodiscard]] bool may_end();

    /// Ends it soon, unless it is ending already; `operation` waits until all is given back. BadState: it is over.
    base::Result<bool> end(Operation& operation);

    /// The same, and nobody waits. From now on whoever charges it or one below has BadState.
    void begin_end();

  private:
    using Objects = base::IntrusiveList<Object, ObjectsOfBudget>;

    struct State {
        Objects objects; ///< those that were told to end stand behind the others
        OperationList waits;
        bool is_unnamed = false; ///< no capability is left
        bool is_ending = false;
        bool is_over = false;

        [[nodiscard]] bool is_forgotten() const { return is_unnamed && objects.empty() && !is_ending; }
    };

    /// Between two looks at what others are still giving back.
    struct Pause : time::Timer {
        explicit Pause(BudgetObject& whose) : Timer(&Pause::pass), owner(whose) {}

        static void pass(time::Timer& timer);

        BudgetObject& owner;
    };

    static constexpr base::Nanoseconds kShortestPause{50'000};
    static constexpr base::Nanoseconds kLongestPause{16'000'000};

    static void note_unnamed(Object& object);
    bool run_slice();
    bool end_next();
    static void mark_told(State& state, Object& object);
    void rest();
    void finish();
    base::Result<void> join(BudgetObject& parent, const Limits& limits);
    void leave_groups();
    bool is_ending();

    const Life life_;
    budget::Budget budget_;
    thread::Group own_group_;
    std::atomic<thread::Group*> group_{nullptr};
    Pause pause_{*this};
    base::Nanoseconds next_pause_ = kShortestPause; ///< of its work
    base::Guarded<State, core::KernelLock, core::kBudgetObjectsLock> state_;
};

} // namespace kernel::process
