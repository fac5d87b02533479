/// A thread of a process, perhaps bound to a ring.
#pragma once

#include <array>
#include <optional>

#include "abi/debug.hpp"
#include "kernel/process/answer.hpp"
#include "kernel/process/continuation.hpp"
#include "kernel/process/fault_call.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/process/submitter.hpp"
#include "kernel/process/weight.hpp"
#include "kernel/processor/long_work.hpp"
#include "kernel/thread/call_handler.hpp"
#include "kernel/thread/mapped_space.hpp"
#include "kernel/thread/thread.hpp"
#include "kernel/thread/thread_owner.hpp"
#include "libs/ring/request.hpp"

namespace kernel::process {

/// Answers what its thread calls, and ends its process with a report for what it may not do. Held by its capabilities
/// and, from its start to its end, by itself; it holds its process, and its ring until its end. What it is at is under
/// its process's lock.
class ProgramThread final : public Object,
                            public base::RefCounted<ProgramThread>,
                            public base::TreeLink<Registry<ProgramThread>>,
                            public processor::LongWork,
                            public base::ListLink<Process>,
                            public thread::CallHandler,
                            public thread::FaultHandler,
                            public thread::ThreadOwner {
  public:
    /// One that was not started, of `process`, for processors of `affinity`, of which one is there; bound to `ring`, if
    /// that is not null. BadState: the process is ending; Busy: another is bound to the ring; InvalidArgument as of
    /// UserContext::set_entry(); NoMemory, OverBudget.
    static base::Result<base::RefPtr<ProgramThread>> create(const base::RefPtr<Process>& process,
                                                            const base::RefPtr<Ring>& ring,
                                                            const Arch::UserEntry& entry,
                                                            const cpu_set::CpuSet& affinity);

    /// For create().
    ProgramThread(base::RefPtr<Process> process, base::RefPtr<object::AddressSpace> space);

    static void destroy(ProgramThread& thread);

    /// BadState: it was started before, or its process is ending.
    base::Result<void> start();

    /// Ends it soon, and no other. Nothing if it has ended.
    void kill();

    /// Has it not run until resume(); if it runs just now, `operation` waits for that, and this is true. False: it does
    /// not run. BadState: it has ended.
    base::Result<bool> suspend(Operation& operation);

    /// BadState: it is not suspended, or has ended.
    base::Result<void> resume();

    /// BadState: it is neither suspended nor new, and waits for no answer to a fault.
    base::Result<Arch::GeneralRegisters> registers();

    /// Runs change(registers) and has it go on with what that made of them. BadState as of registers(); InvalidArgument
    /// as of UserContext::set_registers().
    template <class Change>
    base::Result<void> change_registers(Change change) {
        return process_.locked([&](const Process::State&) -> base::Result<void> {
            if (!stands_still_locked()) {
                return base::Error::BadState;
            }
            Arch::GeneralRegisters registers = thread_->context().registers();
            change(registers);
            return thread_->context().set_registers(registers);
        });
    }

    /// What whoever debugs sees of it; `next` is its own id.
    [[nodiscard]] abi::ThreadRecord record();

    [[nodiscard]] const Process& process() const { return process_; }

    /// Has it scheduled so from soon on. BadState: it has ended; real time: AccessDenied, its budget has no limits of
    /// processors and is not the first program's; OverBudget: none is reserved for that. InvalidArgument as of
    /// scheduler::check().
    base::Result<void> set_parameters(const scheduler::Parameters& parameters);

    /// Has it run on processors of `affinity` only, from soon on. BadState: it has ended; InvalidArgument: none of them
    /// is there.
    base::Result<void> set_affinity(const cpu_set::CpuSet& affinity);

    /// How it is scheduled, and what it used.
    [[nodiscard]] abi::ThreadScheduling scheduling();

    [[nodiscard]] cpu_set::CpuSet affinity();

    /// That it is bound to while it runs; null: it does not, or has none.
    [[nodiscard]] base::RefPtr<Ring> ring();

    /// Whether `operation` waits for the end from now on. False: it has ended, and `ending` tells how.
    bool wait(Operation& operation, Ending& ending);

    thread::Disposition handle_call(thread::Thread& thread) override;

    thread::Disposition handle_fault(thread::Thread& thread, const arch::UserFault& fault) override;

  private:
    /// What FastPath does; null: nothing, or it is turned off.
    thread::Thread* try_fast_path(thread::Thread& thread);
    thread::Disposition handle_any_call(thread::Thread& thread);
    thread::Disposition submit(thread::Thread& thread, const Arch::UserCall& call);

    /// Runs the entries that were taken. Answers how many are consumed: fewer if one is not through.
    static void end_retired(base::u32 counted);
    base::u32 run_batch(Submitter& submitter, const Ring::Begun& begun, Results& results);
    /// Answers how many are consumed: entry `index` and, if that is the first of a chain, what follows it there. 0:
    /// nothing behind it is looked at now.
    base::u32 run_entry(Submitter& submitter, const Ring::Begun& begun, base::u32 index, Results& results);
    base::u32 run_chain(const Ring::Begun& begun, base::u32 first, Results& results);
    /// The first of them comes to `error`.
    base::u32 refuse_chain(base::u32 first, base::u32 length, base::Error error, base::Error others, Results& results);
    static void note_failure(const ring::Request& request, base::Error error, Results& results);
    static void note_success(const ring::Request& request, Results& results);
    base::Result<void> admit_debug_write(base::u64 length);
    thread::Disposition write_debug(thread::Thread& thread, const Arch::UserCall& call);

    /// What a report tells of a thread.
    struct Where {
        base::u64 id;
        Arch::Frame frame;
    };

    static Where where(const thread::Thread& thread);
    thread::Disposition end_with_report(const thread::Thread& thread, const Ending& ending, std::string_view why);
    void end_with_report(const Where& where, const Ending& ending, std::string_view why);

    void end_after_fault(const Where& where);
    [[nodiscard]] abi::FaultReport report_of(const arch::UserFault& fault) const;
    /// It goes on, perhaps to tell the fault once more; or its process ends. Of any processor.
    void fault_was_answered();

    // program_thread_life.cpp, and thread_scheduling.cpp

    enum class Phase : base::u8 {
        New,   ///< it never ran
        Begun, ///< it holds itself
        Ended, ///< its frame is given back
    };

    base::Result<void> prepare(const Arch::UserEntry& entry, const cpu_set::CpuSet& affinity);
    base::Result<void> join_process(Process::State& state);
    void unbind();
    void give_back();
    [[nodiscard]] bool is_end_unexplained();
    void thread_ended(thread::Thread& thread) override;
    void thread_suspended(thread::Thread& thread) override;
    void thread_rose(thread::Thread& thread) override;
    bool may_leave(thread::Thread& thread) override;
    void lend_to_called();
    void start_work();
    bool run_slice();
    void finish();
    void complete_suspensions();
    [[nodiscard]] base::Result<void> admit_real_time() const;

    friend class FaultCall;
    friend class Process;

    // Under the lock.
    bool begin_locked();
    void tell_to_end_locked();
    [[nodiscard]] bool stands_still_locked() const;

    [[nodiscard]] bool may_knock_locked() const { return phase_ == Phase::Begun && !is_gone_; }

    base::RefPtr<Process> process_owner_;
    Process& process_; ///< the same, without a check at each use
    base::RefPtr<Ring> ring_owner_;
    Ring* ring_ = nullptr; ///< the same; null: none
    Continuation continuation_;
    std::optional<thread::MappedSpace> space_;
    // In an array, where the compiler does not follow whether it is empty.
    std::array<thread::OwnedThread, 1> owned_{};
    thread::Thread* thread_ = nullptr; ///< until its end
    bool is_paid_for_ = false;
    std::atomic<bool> is_at_work_{false};
    std::atomic<bool> has_risen_{false};

    Phase phase_ = Phase::New;
    bool is_told_to_end_ = false; ///< by its process
    bool is_gone_ = false;        ///< nobody may ask anything of its thread any more
    bool is_suspended_ = false;   ///< or is to be
    Ending ending_;               ///< if it is not that of its process
    scheduler::Parameters parameters_ = scheduler::Parameters::interactive(); ///< what was asked for last
    cpu_set::CpuSet affinity_;                                                ///< the same
    base::u64 told_own_ = 0;                                                  ///< after its end: what it used
    base::u64 told_for_others_ = 0;
    OperationList waits_;
    OperationList suspensions_;
    FaultCall fault_call_{*this};
    arch::UserFault fault_; ///< that fault_call_ tells
};

} // namespace kernel::process
