/// A bare thread in ring 3: one page of hand-written code, no kernel interface. Shows, until there are processes, what
/// user code sees of clock and interrupts.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace kernel::testing {

/// What a run left in the registers.
struct UserResult {
    base::u64 vector = 0; ///< of the exception that ended it
    base::u64 rax = 0;
    base::u64 rbx = 0;
};

/// Which of the code's routines, see user_thread.S.
enum class UserRoutine : base::u8 { ReadClock, WatchInterrupt };

/// Code, stack and clock page mapped where user code is.
class UserThread {
  public:
    /// NoMemory; Exists if there is one already.
    static base::Result<UserThread> create();

    UserThread(const UserThread&) = delete;
    UserThread& operator=(const UserThread&) = delete;

    UserThread(UserThread&& other) noexcept : owns_(other.owns_) { other.owns_ = false; }

    UserThread& operator=(UserThread&&) = delete;
    ~UserThread();

    /// Runs `routine` with interrupts on until it makes an exception.
    UserResult run(UserRoutine routine, base::u64 count) const;

  private:
    UserThread() = default;

    bool owns_ = true;
};

} // namespace kernel::testing
