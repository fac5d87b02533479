/// Who is told what became of a thread.
#pragma once

namespace kernel::thread {

class Thread;

/// Both are called on the thread's home with the state set before. Whoever wakes the thread may hold a lock: they take
/// none, and leave everything to processor::LongWork.
class ThreadOwner {
  public:
    ThreadOwner(const ThreadOwner&) = delete;
    ThreadOwner& operator=(const ThreadOwner&) = delete;

    /// `thread` never runs again. It may still be known to who wakes it: see Thread::is_gone().
    virtual void thread_ended(Thread& thread) = 0;

    /// `thread` does not run until it is resumed or ended: its registers may be read and written.
    virtual void thread_suspended(Thread& thread) = 0;

  protected:
    ThreadOwner() = default;
    ~ThreadOwner() = default;
};

} // namespace kernel::thread
