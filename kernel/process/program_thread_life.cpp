// How a thread of a process begins, is held and ends.
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/program_thread.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Error;
using base::RefPtr;
using base::Result;
using thread::Thread;
using thread::ThreadState;

ProgramThread::ProgramThread(RefPtr<Process> process, RefPtr<object::AddressSpace> space)
    : Object(abi::ObjectKind::Thread, [](Object& object) { static_cast<ProgramThread&>(object).drop_reference(); }),
      LongWork([](LongWork& work) { return static_cast<ProgramThread&>(work).run_slice(); }),
      process_owner_(std::move(process)), process_(*process_owner_), space_(std::move(space)) {}

Result<RefPtr<ProgramThread>> ProgramThread::create(const RefPtr<Process>& process, const RefPtr<Ring>& ring,
                                                    const Arch::UserEntry& entry, const cpu_set::CpuSet& affinity) {
    auto space = TRY(process->address_space());
    auto thread = TRY(process_objects().threads.create_counted(process->budget(), process, std::move(space)));
    TRY(thread->prepare(entry, affinity));
    if (ring) {
        if (!ring->bind()) {
            return Error::Busy;
        }
        thread->ring_owner_ = ring;
        thread->ring_ = ring.get();
    }
    TRY(process->locked([&](Process::State& state) { return thread->join_process(state); }));
    process_objects().thread_registry.add(*thread);
    return thread;
}

Result<void> ProgramThread::prepare(const Arch::UserEntry& entry, const cpu_set::CpuSet& affinity) {
    budget::Budget& budget = process_.budget();
    TRY(budget.charge(budget::Kind::Threads, 1));
    if (const auto charged = budget.charge(budget::Kind::Memory, base::kPageSize); !charged) {
        budget.release(budget::Kind::Threads, 1);
        return charged;
    }
    is_paid_for_ = true;
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): the constructor fills it
    owned_[0] = TRY(Thread::create(*space_, processor::this_processor(), entry, core::kernel().frames));
    thread_ = &*owned_[0];
    affinity_ = affinity;
    thread_->set_affinity(affinity);
    thread_->set_group(process_.payer().group());
    thread_->context().frame().rax = abi::kVersion;
    thread_->set_call_handler(*this);
    thread_->set_fault_handler(*this);
    thread_->set_owner(*this);
    return process_.has_fault_channel() ? fault_call_.prepare(budget) : Result<void>{};
}

Result<void> ProgramThread::join_process(Process::State& state) {
    if (state.ending.reason != abi::EndReason::None) {
        return Error::BadState;
    }
    state.threads.push_back(*this);
    return {};
}

void ProgramThread::destroy(ProgramThread& thread) {
    process_objects().thread_registry.remove(thread);
    OperationList waits;
    // One that began holds itself until its end.
    const bool is_last = thread.process_.locked([&](Process::State& state) {
        move_all(thread.waits_, waits);
        const bool is_in_list = base::IntrusiveList<ProgramThread, Process>::is_linked(thread);
        if (is_in_list) {
            state.threads.remove(thread);
        }
        return is_in_list && Process::is_work_due(state);
    });
    thread.give_back();
    // Who waited and let go.
    complete_all(waits, answer_of({.reason = abi::EndReason::Killed, .code = 0}));
    if (is_last) {
        thread.process_.start_work();
    }
    process_objects().threads.destroy(thread);
}

void ProgramThread::unbind() {
    fault_call_.end(process_);
    if (continuation_.is_begun()) {
        continuation_.reset();
    }
    if (Ring* const ring = std::exchange(ring_, nullptr); ring != nullptr) {
        ring->unbind();
    }
}

void ProgramThread::give_back() {
    unbind();
    ring_owner_ = nullptr;
    owned_[0].reset();
    thread_ = nullptr;
    space_.reset();
    if (std::exchange(is_paid_for_, false)) {
        process_.budget().release(budget::Kind::Memory, base::kPageSize);
        process_.budget().release(budget::Kind::Threads, 1);
    }
}

bool ProgramThread::begin_locked() {
    // Whoever is destroying it waits for the lock.
    if (phase_ != Phase::New || !add_reference_if_alive()) {
        return false;
    }
    phase_ = Phase::Begun;
    if (ring_owner_) {
        process_objects().inheritance.bind(ring_owner_->rank(), *thread_);
    }
    return true;
}

void ProgramThread::tell_to_end_locked() {
    is_told_to_end_ = true;
    if (may_knock_locked() || begin_locked()) {
        thread::request_end(*thread_);
    }
}

bool ProgramThread::stands_still_locked() const {
    const bool waits = phase_ == Phase::Begun && fault_call_.is_told() && thread_->state() == ThreadState::Parked;
    return phase_ == Phase::New || waits ||
           (phase_ == Phase::Begun && is_suspended_ && thread_->state() == ThreadState::Suspended);
}

Result<void> ProgramThread::start() {
    return process_.locked([&](const Process::State& state) -> Result<void> {
        if (state.ending.reason != abi::EndReason::None || !begin_locked()) {
            return Error::BadState;
        }
        if (is_suspended_) {
            thread::request_suspension(*thread_);
            wake(*thread_);
        } else {
            processor::this_processor().threads.start(*thread_);
        }
        return {};
    });
}

void ProgramThread::kill() {
    process_.locked([&](const Process::State&) {
        if (phase_ == Phase::Ended) {
            return;
        }
        if (ending_.reason == abi::EndReason::None) {
            ending_ = {.reason = abi::EndReason::Killed, .code = 0};
        }
        if (may_knock_locked() || begin_locked()) {
            thread::request_end(*thread_);
        }
    });
}

Result<bool> ProgramThread::suspend(Operation& operation) {
    return process_.locked([&](const Process::State&) -> Result<bool> {
        if (phase_ == Phase::Ended || is_gone_) {
            return Error::BadState;
        }
        is_suspended_ = true;
        if (phase_ == Phase::Begun) {
            thread::request_suspension(*thread_);
        }
        if (stands_still_locked()) {
            return false;
        }
        add_wait(suspensions_, operation);
        return true;
    });
}

Result<void> ProgramThread::resume() {
    OperationList overtaken;
    const auto resumed = process_.locked([&](const Process::State&) -> Result<void> {
        if (phase_ == Phase::Ended || !is_suspended_) {
            return Error::BadState;
        }
        is_suspended_ = false;
        if (may_knock_locked()) {
            thread::resume(*thread_);
        }
        move_all(suspensions_, overtaken);
        return {};
    });
    fail_all(overtaken, Error::Cancelled);
    return resumed;
}

Result<Arch::GeneralRegisters> ProgramThread::registers() {
    return process_.locked([&](const Process::State&) -> Result<Arch::GeneralRegisters> {
        if (!stands_still_locked()) {
            return Error::BadState;
        }
        return thread_->context().registers();
    });
}

bool ProgramThread::wait(Operation& operation, Ending& ending) {
    return process_.locked([&](const Process::State&) {
        ending = ending_;
        if (phase_ != Phase::Ended) {
            add_wait(waits_, operation);
        }
        return phase_ != Phase::Ended;
    });
}

void ProgramThread::thread_ended(Thread&) { start_work(); }

void ProgramThread::thread_suspended(Thread&) { start_work(); }

void ProgramThread::thread_rose(Thread&) {
    has_risen_.store(true);
    start_work();
}

RefPtr<Ring> ProgramThread::ring() {
    return process_.locked([&](const Process::State&) { return phase_ == Phase::Begun ? ring_owner_ : nullptr; });
}

void ProgramThread::lend_to_called() {
    if (const auto own = ring()) {
        own->lend_to_called();
    }
}

bool ProgramThread::may_leave(Thread&) {
    return fault_call_.leave_processor() && (ring_ == nullptr || ring_->leave_processor());
}

void ProgramThread::start_work() {
    if (!is_at_work_.exchange(true)) {
        processor::this_processor().threads.add(*this);
    }
}

/// On the processor that was its home when this began: it may have gone on, and ended, on another one.
bool ProgramThread::run_slice() {
    if (thread_->state() != ThreadState::Ended) {
        // From here on it may end elsewhere.
        const auto self = RefPtr<ProgramThread>::share(*this);
        is_at_work_.store(false);
        // Whoever came before that did not begin this anew.
        if (thread_->state() == ThreadState::Ended && !is_at_work_.exchange(true)) {
            return false;
        }
        if (has_risen_.exchange(false)) {
            lend_to_called();
        }
        complete_suspensions();
        return true;
    }
    unbind();
    // Under the lock under which others knock: none does any more.
    process_.locked([&](const Process::State&) { is_gone_ = thread_->is_gone(); });
    if (!is_gone_) {
        return false;
    }
    finish();
    return true;
}

void ProgramThread::complete_suspensions() {
    OperationList suspended;
    process_.locked([&](const Process::State&) {
        if (stands_still_locked()) {
            move_all(suspensions_, suspended);
        }
    });
    complete_all(suspended, Answer{});
}

void ProgramThread::finish() {
    OperationList waits;
    OperationList suspensions;
    if (is_end_unexplained()) {
        static_cast<void>(
            end_with_report(*thread_, {.reason = abi::EndReason::Refused, .code = 0}, "no code can be there"));
    }
    process_.locked([&](const Process::State& state) {
        phase_ = Phase::Ended;
        told_own_ = thread_->told_own_time().value();
        told_for_others_ = thread_->told_time_for_others().value();
        ending_ = ending_.reason == abi::EndReason::None ? state.ending : ending_;
        move_all(waits_, waits);
        move_all(suspensions_, suspensions);
    });
    // Nobody uses them any more.
    give_back();
    const Ending ending = ending_;
    const bool is_last = process_.locked([&](Process::State& state) {
        state.threads.remove(*this);
        return Process::is_work_due(state);
    });
    complete_all(suspensions, Answer{});
    complete_all(waits, answer_of(ending));
    if (is_last) {
        process_.start_work();
    }
    drop_reference();
}

/// Its processor ended it by itself: it stood where no user code can be.
bool ProgramThread::is_end_unexplained() {
    return process_.locked([&](const Process::State& state) {
        return ending_.reason == abi::EndReason::None && state.ending.reason == abi::EndReason::None;
    });
}

} // namespace kernel::process
