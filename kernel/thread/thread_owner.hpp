/// Who is told what became of a thread.
#pragma once

namespace kernel::thread {

class Thread;

/// All are called on the thread's home. Whoever wakes the thread may hold a lock: they take none, and leave everything
/// to processor::LongWork. The first two are called with the state set before.
class ThreadOwner {
  public:
    ThreadOwner(const ThreadOwner&) = delete;
    ThreadOwner& operator=(const ThreadOwner&) = delete;

    /// `thread` never runs again. It may still be known to who wakes it: see Thread::is_gone().
    virtual void thread_ended(Thread& thread) = 0;

    /// `thread` does not run until it is resumed or ended: its registers may be read and written.
    virtual void thread_suspended(Thread& thread) = 0;

    /// `thread` inherits more than before: those for whom it waits itself may have to.
    virtual void thread_rose(Thread& thread) = 0;

    /// Whether nothing ties `thread`, which does not run, to its home: it is about to leave.
    virtual bool may_leave(Thread& thread) = 0;

  protected:
    ThreadOwner() = default;
    ~ThreadOwner() = default;
};

} // namespace kernel::thread
