/// A fault that is told to who handles it.
#pragma once

#include "abi/arguments.hpp"
#include "base/ref_ptr.hpp"
#include "kernel/process/lent_end.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

class ProgramThread; // NOLINT(cppcoreguidelines-virtual-class-destructor): it is final, which this does not say

/// Part of its thread, which waits meanwhile. Used again for its next fault; what it needs of memory, which prepare()
/// gets, it keeps.
class FaultCall final : public KernelCaller {
  public:
    explicit FaultCall(ProgramThread& thread);
    ~FaultCall();

    FaultCall(const FaultCall&) = delete;
    FaultCall& operator=(const FaultCall&) = delete;

    /// Tells `report` to the debugger or, if that has passed it on or there is none, to the fault handler. False: to
    /// nobody. Of the thread, on its home.
    bool tell(Process& process, const abi::FaultReport& report);

    /// Whether it was told and not answered. Under the process's lock.
    [[nodiscard]] bool is_told() const { return is_told_; }

    /// Whether the thread, which does not run, need not stay on its home for this. There.
    bool leave_processor();

    /// The thread has ended: nobody answers any more. On its home, with no lock held.
    void end(Process& process);

  private:
    friend class ProgramThread;

    bool tell_one(Process& process, base::usize which, const abi::FaultReport& report);
    static bool finish(processor::LongWork& work);
    void set_deadline();
    void forget_deadline();
    /// Its call is over: nobody else looks at it any more.
    void forget(Process& process);

    ProgramThread& thread_;
    base::RefPtr<ProgramThread> keeps_; ///< while it is told
    base::RefPtr<LentEnd> through_;     ///< the same, perhaps a little longer; under the process's lock
    bool has_deadline_ = false;         ///< or had, in the timers of its thread's home; of that
    bool is_told_ = false;
    bool was_passed_on_ = false; ///< by the debugger: it comes once more
    bool has_ended_ = false;     ///< its thread
    base::usize told_to_ = abi::kFaultHandler;
};

} // namespace kernel::process
