#include "kernel/process/fault_call.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/program_thread.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Result;
using base::usize;

FaultCall::FaultCall(ProgramThread& thread) : KernelCaller(&FaultCall::finish), thread_(thread) {}

FaultCall::~FaultCall() = default;

bool FaultCall::tell(Process& process, const abi::FaultReport& report) {
    if (!prepare(process.budget())) {
        return false;
    }
    forget_deadline();
    const bool skips_debugger = std::exchange(was_passed_on_, false);
    return (!skips_debugger && tell_one(process, abi::kDebugger, report)) ||
           tell_one(process, abi::kFaultHandler, report);
}

bool FaultCall::tell_one(Process& process, usize which, const abi::FaultReport& report) {
    const auto to = process.fault_channel(which);
    // Who serves it cannot answer for itself.
    if (!to || process.is_served_by_itself(*to)) {
        return false;
    }
    told_to_ = which;
    keeps_ = base::RefPtr<ProgramThread>::share(thread_);
    process.locked([&](const Process::State&) {
        is_told_ = true;
        through_ = to;
    });
    HandOver hand_over;
    const bool is_sent = to->send(*this, abi::KernelRequest::Fault, report, hand_over).has_value();
    hand_over.wake_last();
    if (!is_sent) {
        process.locked([this](const Process::State&) {
            is_told_ = false;
            through_ = nullptr;
        });
        keeps_ = nullptr;
    } else if (which == abi::kFaultHandler) {
        set_deadline();
    }
    return is_sent;
}

void FaultCall::set_deadline() {
    has_deadline_ = true;
    if (thread_.ring_ != nullptr) {
        thread_.ring_->tie();
    }
    processor::this_processor().timers.arm(*call(),
                                           core::kernel().clock.now() + base::Nanoseconds{abi::kFaultPatience});
}

void FaultCall::forget_deadline() {
    if (!std::exchange(has_deadline_, false)) {
        return;
    }
    if (call()->is_armed()) {
        static_cast<void>(processor::this_processor().timers.cancel(*call()));
    }
    if (thread_.ring_ != nullptr) {
        thread_.ring_->untie();
    }
}

bool FaultCall::leave_processor() {
    if (has_deadline_ && call()->channel.load(std::memory_order_acquire) != nullptr) {
        return false;
    }
    forget_deadline();
    return true;
}

bool FaultCall::finish(processor::LongWork& work) {
    auto& self = static_cast<FaultCall&>(work);
    // Its thread may be gone with this.
    const auto thread = std::move(self.keeps_);
    thread->fault_was_answered();
    return true;
}

void FaultCall::forget(Process& process) {
    base::RefPtr<LentEnd> through;
    process.locked([&](const Process::State&) { through = through_; });
    if (through) {
        through->forget(*this);
    }
    process.locked([this](const Process::State&) { through_ = nullptr; });
}

void FaultCall::end(Process& process) {
    if (call() == nullptr) {
        return;
    }
    process.locked([this](const Process::State&) { has_ended_ = true; });
    forget_deadline();
    HandOver hand_over;
    static_cast<void>(call()->end(base::Error::Cancelled, hand_over));
    hand_over.wake_last();
    forget(process);
    release_call(process.budget());
}

} // namespace kernel::process
