/// What the kernel schedules.
#pragma once

#include <atomic>
#include <optional>

#include "base/owned.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/thread/call_handler.hpp"
#include "kernel/thread/group.hpp"
#include "kernel/thread/page_fault_wait.hpp"
#include "kernel/thread/standing.hpp"
#include "kernel/thread/thread_owner.hpp"
#include "kernel/thread/user_fault.hpp"
#include "libs/cpu_set/atomic_cpu_set.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/scheduler/runner.hpp"

namespace kernel::processor {
class Processor;
} // namespace kernel::processor

namespace kernel::thread {

enum class ThreadState : base::u8 {
    Parked,    ///< waits for wake(); so it begins
    Ready,     ///< in its processor's queue
    Running,   ///< its processor's current one
    Moving,    ///< ready, on the way to another processor, which is its home already
    Suspended, ///< waits for resume(), and perhaps also for wake()
    Ended,     ///< never runs again, and nothing of the kernel knows it any more
};

/// Destroys a thread that is gone, or was never woken, and gives its frame back.
struct ReturnThread {
    void operator()(Thread& thread) const;
    memory::FrameAllocator* frames = nullptr;
};

using OwnedThread = base::Owned<Thread, ReturnThread>;

/// One thread of user code, in one frame together with its vector area. It has a home, the processor that runs it, and
/// only that one changes its state; the others wake it by the message that is in it. But one that is parked may be
/// taken over by another processor: state and home change in one step. What it is to the scheduler is its Runner:
/// interactive, unless that is changed.
class Thread : public scheduler::Runner {
  public:
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    /// A parked thread in `space`, at home on `home`, where it stays unless its affinity is changed; both outlive it.
    /// NoMemory; InvalidArgument as of UserContext::set_entry().
    static base::Result<OwnedThread> create(UserSpace& space, processor::Processor& home, const Arch::UserEntry& entry,
                                            memory::FrameAllocator& frames);

    /// Never reused.
    [[nodiscard]] base::u64 id() const { return id_; }

    [[nodiscard]] ThreadState state() const { return state_of(place_.load(std::memory_order_acquire)); }

    /// Ended, and no message of it is on its way: it may be destroyed by whoever knows that nobody wakes it any more.
    /// What its last page fault waits for is over too. On its home.
    [[nodiscard]] bool is_gone() const {
        // In this order: what is over has knocked before.
        return state() == ThreadState::Ended && !page_fault_wait_.is_pending() &&
               knocks_.load(std::memory_order_acquire) == 0;
    }

    /// Whether the processor may go from `running`, which runs here, to this one, which was woken, at once, and on the
    /// context of that one: it is parked here, and of the same standing.
    [[nodiscard]] bool can_take_over_from(const Thread& running) const {
        return is_parked_where(running) && (standing_ == running.standing_ || own_standing_ == running.standing_);
    }

    /// The same of who is called by it: that is at most of its rank.
    [[nodiscard]] bool can_be_called_by(const Thread& running) const {
        return is_parked_where(running) && own_standing_.rank() <= running.standing_.rank();
    }

    /// Whether it is parked on the processor where `running` runs.
    [[nodiscard]] bool is_parked_where(const Thread& running) const {
        return place_.load(std::memory_order_acquire) ==
               place_of(ThreadState::Parked, home_of(running.place_.load(std::memory_order_relaxed)));
    }

    /// Has one that is parked elsewhere be at home on this processor. False: it must not, or is not parked. While
    /// nobody else can wake it: under the lock of what it waits at. Its owner must have said that nothing ties it.
    bool take_over();

    /// What it has run as by itself: of a server that is called, no caller is to be less important.
    [[nodiscard]] Standing own_standing() const { return own_standing_; }

    /// As what it runs now, or ran last.
    [[nodiscard]] Standing standing() const { return standing_; }

    /// What those who wait for it have it run as at least; Rank{}: nothing. On its home.
    [[nodiscard]] scheduler::Rank boost() const { return boost_; }

    [[nodiscard]] UserSpace& space() const { return space_; }

    [[nodiscard]] processor::Processor& home() const;

    /// What it used by itself, and running for those who called it, as far as anybody looked. From any processor.
    [[nodiscard]] base::Nanoseconds told_own_time() const { return base::Nanoseconds{told_own_time_.load()}; }

    [[nodiscard]] base::Nanoseconds told_time_for_others() const {
        return base::Nanoseconds{told_time_for_others_.load()};
    }

    void tell_times() {
        told_own_time_.store(own_time().value(), std::memory_order_relaxed);
        told_time_for_others_.store(time_for_others().value(), std::memory_order_relaxed);
    }

    [[nodiscard]] Arch::UserContext& context() { return context_; }

    [[nodiscard]] const Arch::UserContext& context() const { return context_; }

    /// Of this thread, which alone uses it.
    [[nodiscard]] PageFaultWait& page_fault_wait() { return page_fault_wait_; }

    [[nodiscard]] FaultHandler* fault_handler() const { return fault_handler_; }

    [[nodiscard]] CallHandler* call_handler() const { return call_handler_; }

    /// Before its first wake(). `group` outlives it; null: it counts for itself.
    void set_group(Group* group);

    /// It was held until its group had time, which it has. Under the lock of the groups.
    void send_home() { post_home(); }

    /// Before its first wake(). `handler` outlives it.
    void set_call_handler(CallHandler& handler) { call_handler_ = &handler; }

    /// Before its first wake(). `handler` outlives it.
    void set_fault_handler(FaultHandler& handler) { fault_handler_ = &handler; }

    /// Before its first wake(). `owner` outlives it, and alone destroys it.
    void set_owner(ThreadOwner& owner) { owner_ = &owner; }

  private:
    friend class Dispatcher;
    friend struct ReturnThread;
    friend void wake(Thread& thread);
    friend void request_end(Thread& thread);
    friend void request_suspension(Thread& thread);
    friend void resume(Thread& thread);
    friend void change(Thread& thread, const scheduler::Parameters& parameters);
    friend void inherit(Thread& thread, scheduler::Rank rank);
    friend void move(Thread& thread, const cpu_set::CpuSet& affinity);

    /// Bits of the context's attention word.
    static constexpr base::u64 kEndRequested = 1;
    static constexpr base::u64 kSuspensionRequested = 2;
    static constexpr base::u64 kTurnOver = 4;        ///< of the current one: set and taken back by its processor
    static constexpr base::u64 kChangeRequested = 8; ///< of its parameters, its affinity, or what it inherits

    /// Why its home is to look at it.
    enum class Knock : base::u8 { Wake, Attention };

    struct Message : mailbox::Message {
        explicit Message(Thread& whose) : mailbox::Message(&Message::arrive), thread(whose) {}

        static void arrive(mailbox::Message& message);

        Thread& thread;
    };

    Thread(UserSpace& space, processor::Processor& home, std::span<std::byte> vectors, base::PhysicalAddress frame);
    ~Thread() = default;

    /// State and home in one word.
    static constexpr base::u32 place_of(ThreadState state, base::u32 home) {
        return home << 8 | static_cast<base::u32>(state);
    }

    static constexpr ThreadState state_of(base::u32 place) { return static_cast<ThreadState>(place & 0xff); }

    static constexpr base::u32 home_of(base::u32 place) { return place >> 8; }

    [[nodiscard]] base::u32 home_index() const { return home_of(place_.load(std::memory_order_acquire)); }

    /// On its home, which stays that. Not of a parked one: see try_leave_parked().
    void set_state(ThreadState state) {
        place_.store(place_of(state, home_of(place_.load(std::memory_order_relaxed))), std::memory_order_release);
    }

    /// On its home, `cpu`: from Parked to `state`. False: another processor has taken it over.
    bool try_leave_parked(ThreadState state, base::u32 cpu) {
        base::u32 parked = place_of(ThreadState::Parked, cpu);
        return place_.compare_exchange_strong(parked, place_of(state, cpu), std::memory_order_acq_rel);
    }

    /// Whether its turn was over. On its home.
    bool take_back_turn_over() {
        return is_asked(kTurnOver) &&
               (context_.attention.fetch_and(~kTurnOver, std::memory_order_relaxed) & kTurnOver) != 0;
    }

    void note_own_standing() {
        const base::u64 group = group_ != nullptr ? group_->number() : 0;
        own_standing_ =
            boost_ == scheduler::Rank{} ? Standing(own().rank(), group) : Standing::of_boosted(own().rank(), id_);
    }

    /// Whether it was taken from its group, so that it runs whatever that has left.
    [[nodiscard]] bool has_left_group() const { return group_ != nullptr && own().group() == nullptr; }

    /// While it is in no queue: it is in its group again.
    void join_group() { own().set_group(group_ != nullptr ? &group_->policy() : nullptr); }

    void knock(Knock why);
    void post_home();

    [[nodiscard]] std::optional<scheduler::Parameters> take_wanted_parameters();

    [[nodiscard]] bool is_asked(base::u64 what) const {
        return (context_.attention.load(std::memory_order_acquire) & what) != 0;
    }

    /// Whether it is to stop, perhaps for good, before it runs any of its code.
    [[nodiscard]] bool is_asked_to_stop() const { return is_asked(kEndRequested | kSuspensionRequested); }

    /// Whether its group, should it have no time, would keep it from that.
    [[nodiscard]] bool may_be_held_from_stopping() const { return own().group() != nullptr && is_asked_to_stop(); }

    Arch::UserContext context_;
    UserSpace& space_;
    FaultHandler* fault_handler_ = nullptr;
    CallHandler* call_handler_ = nullptr;
    ThreadOwner* owner_ = nullptr;
    base::u64 id_;
    std::atomic<base::u32> place_;
    base::u64 sent_weight_ = 0; ///< while it is moving
    Group* group_ = nullptr;
    scheduler::Rank boost_; ///< of its own context, which that keeps whoever runs on it
    Standing own_standing_;
    Standing standing_;       ///< of what it runs on, or ran on last
    bool wake_came_ = false;  ///< while it was not parked: its next parking does not last
    bool was_parked_ = false; ///< of a suspended one: what it waited for may still have to come
    base::PhysicalAddress frame_;
    PageFaultWait page_fault_wait_{*this};
    /// Messages that were posted and have not done all that they do.
    std::atomic<base::u32> knocks_{0};
    std::atomic<bool> wake_is_posted_{false}; ///< what the message says besides that there may be attention to pay
    Message message_;
    /// What it is to become, packed; 0: nothing. Before kChangeRequested.
    std::atomic<base::u64> wanted_parameters_{0};
    std::atomic<base::u8> wanted_boost_{0}; ///< a Rank, before kChangeRequested
    cpu_set::AtomicCpuSet wanted_affinity_;
    std::atomic<bool> is_move_wanted_{false};
    std::atomic<base::u64> told_own_time_{0};
    std::atomic<base::u64> told_time_for_others_{0};
};

/// Lets `thread` go on if it is parked, else its next parking does not last. From any processor; nobody waits. What the
/// caller wrote before is seen by the thread's processor.
void wake(Thread& thread);

/// Ends `thread` soon, wherever it is. From any processor; it has ended when its state says so.
void request_end(Thread& thread);

/// Suspends `thread` soon, wherever it is. From any processor; it is suspended when its state says so, and its owner is
/// told. One that waits goes on waiting afterwards.
void request_suspension(Thread& thread);

/// Takes request_suspension() back, whether it has been met or not. From any processor.
void resume(Thread& thread);

/// Gives `thread` other parameters soon, which check() has found good. From any processor, one at a time.
void change(Thread& thread, const scheduler::Parameters& parameters);

/// Has `thread` run at least as `rank` soon, and until this is called anew; Rank{}: as what it is by itself. From any
/// processor, one at a time, under a lock without which the thread is not destroyed.
void inherit(Thread& thread, scheduler::Rank rank);

/// Has `thread` run on processors of `affinity` alone, of which one is there, from soon on. From any processor, one at
/// a time.
void move(Thread& thread, const cpu_set::CpuSet& affinity);

} // namespace kernel::thread
