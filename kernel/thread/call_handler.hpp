/// Who answers the calls of user code.
#pragma once

#include "kernel/arch/current.hpp"
#include "kernel/thread/disposition.hpp"

namespace kernel::thread {

/// Gets each call of the threads that have it. A thread without one is ended when it calls.
class CallHandler {
  public:
    CallHandler(const CallHandler&) = delete;
    CallHandler& operator=(const CallHandler&) = delete;

    /// The running `thread` called: Arch::user_call(). Its answer is given with Arch::finish_call(), before this
    /// returns.
    virtual Disposition handle_call(Thread& thread) = 0;

  protected:
    CallHandler() = default;
    ~CallHandler() = default;
};

/// The running `thread` called: its handler, else the end with a report.
Disposition handle_user_call(Thread& thread);

/// Ends `thread`, whose call number nobody knows, with a report.
Disposition end_after_unknown_call(const Thread& thread);

} // namespace kernel::thread
