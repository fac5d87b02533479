// The end of every entry that interrupts the kernel and may return to it. Traps of user code: kernel/thread.
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/panic.hpp"
#include "kernel/processor/processor.hpp"

extern "C" void kernel_trap(kernel::Arch::Frame& frame);
/// What can strike anywhere, on a stack of its own.
extern "C" void kernel_isolated_trap(const kernel::Arch::Frame& frame);
/// Reports what cannot go on.
extern "C" [[noreturn]] void kernel_exception(const kernel::Arch::Frame& frame);

void kernel_trap(kernel::Arch::Frame& frame) {
    using namespace kernel;
    if (frame.vector >= Arch::kFirstInterrupt) {
        Arch::leave_wait(frame);
        processor::Processor& self = processor::this_processor();
        // Before anything else: while it slept, translations that handlers need may have changed.
        self.translations.end_idle();
        core::kernel().trace.note(abi::TraceKind::Interrupt, static_cast<base::u32>(frame.vector), frame.rip);
        self.vectors.dispatch(static_cast<base::u8>(frame.vector));
        return;
    }
    if (!Arch::recover_from(frame)) {
        kernel_exception(frame);
    }
}

void kernel_isolated_trap(const kernel::Arch::Frame& frame) {
    using namespace kernel;
    if (frame.vector == Arch::kNonMaskableVector && processor::take_expected_nonmaskable()) {
        return;
    }
    kernel_exception(frame);
}
