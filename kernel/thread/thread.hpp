/// What the kernel schedules.
#pragma once

#include <atomic>

#include "base/owned.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/thread/call_handler.hpp"
#include "kernel/thread/page_fault_wait.hpp"
#include "kernel/thread/thread_owner.hpp"
#include "kernel/thread/user_fault.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/scheduler/runner.hpp"

namespace kernel::processor {
class Processor;
} // namespace kernel::processor

namespace kernel::thread {

enum class ThreadState : base::u8 {
    Parked,    ///< waits for wake(); so it begins
    Ready,     ///< in its processor's run queue
    Running,   ///< its processor's current one
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
/// only that one changes its state; the others wake it by the message that is in it. What it is to
/// the scheduler is its Runner: interactive, unless that is changed.
class Thread : public scheduler::Runner {
  public:
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    /// A parked thread in `space`, at home on `home`; both outlive it. NoMemory; InvalidArgument as of
    /// UserContext::set_entry().
    static base::Result<OwnedThread> create(UserSpace& space, processor::Processor& home, const Arch::UserEntry& entry,
                                            memory::FrameAllocator& frames);

    /// Never reused.
    [[nodiscard]] base::u64 id() const { return id_; }

    [[nodiscard]] ThreadState state() const { return state_.load(std::memory_order_acquire); }

    /// Ended, and no message of it is on its way: it may be destroyed by whoever knows that nobody wakes it any more.
    /// What its last page fault waits for is over too. On its home.
    [[nodiscard]] bool is_gone() const {
        // In this order: what is over has knocked before.
        return state() == ThreadState::Ended && !page_fault_wait_.is_pending() &&
               knocks_.load(std::memory_order_acquire) == 0;
    }

    /// Whether the processor may go from the running thread to this one, which was woken, at once.
    [[nodiscard]] bool can_be_switched_to() const;

    /// The same, when `running` is the one that runs.
    [[nodiscard]] bool can_take_over_from(const Thread& running) const {
        return &home_ == &running.home_ && state() == ThreadState::Parked;
    }

    [[nodiscard]] UserSpace& space() const { return space_; }

    [[nodiscard]] processor::Processor& home() const { return home_; }

    [[nodiscard]] Arch::UserContext& context() { return context_; }

    [[nodiscard]] const Arch::UserContext& context() const { return context_; }

    /// Of this thread, which alone uses it.
    [[nodiscard]] PageFaultWait& page_fault_wait() { return page_fault_wait_; }

    [[nodiscard]] FaultHandler* fault_handler() const { return fault_handler_; }

    [[nodiscard]] CallHandler* call_handler() const { return call_handler_; }

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

    /// Bits of the context's attention word.
    static constexpr base::u64 kEndRequested = 1;
    static constexpr base::u64 kSuspensionRequested = 2;

    /// Why its home is to look at it.
    enum class Knock : base::u8 { Wake, Attention };

    struct Message : mailbox::Message {
        explicit Message(Thread& whose) : mailbox::Message(&Message::arrive), thread(whose) {}

        static void arrive(mailbox::Message& message);

        Thread& thread;
    };

    Thread(UserSpace& space, processor::Processor& home, std::span<std::byte> vectors, base::PhysicalAddress frame);
    ~Thread() = default;

    void set_state(ThreadState state) { state_.store(state, std::memory_order_release); }

    void knock(Knock why);

    [[nodiscard]] bool is_asked(base::u64 what) const {
        return (context_.attention.load(std::memory_order_acquire) & what) != 0;
    }

    Arch::UserContext context_;
    UserSpace& space_;
    processor::Processor& home_;
    FaultHandler* fault_handler_ = nullptr;
    CallHandler* call_handler_ = nullptr;
    ThreadOwner* owner_ = nullptr;
    base::u64 id_;
    std::atomic<ThreadState> state_{ThreadState::Parked};
    bool wake_came_ = false;  ///< while it was not parked: its next parking does not last
    bool was_parked_ = false; ///< of a suspended one: what it waited for may still have to come
    base::PhysicalAddress frame_;
    PageFaultWait page_fault_wait_{*this};
    /// Messages that were posted and have not done all that they do.
    std::atomic<base::u32> knocks_{0};
    std::atomic<bool> wake_is_posted_{false}; ///< what the message says besides that there may be attention to pay
    Message message_;
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

} // namespace kernel::thread
