// The end of every entry that may return to what it interrupted.
#include "kernel/arch/current.hpp"
#include "kernel/core/panic.hpp"
#include "kernel/processor/processor.hpp"

extern "C" void kernel_trap(kernel::Arch::Frame& frame);
/// Reports what cannot go on.
extern "C" [[noreturn]] void kernel_exception(const kernel::Arch::Frame& frame);

void kernel_trap(kernel::Arch::Frame& frame) {
    using namespace kernel;
    if (frame.vector >= Arch::kFirstInterrupt) {
        processor::this_processor().vectors.dispatch(static_cast<base::u8>(frame.vector));
        return;
    }
    if (frame.from_user()) {
        if (auto* const handle = processor::this_processor().on_user_exception; handle != nullptr) {
            handle(frame);
            return;
        }
    }
    kernel_exception(frame);
}
