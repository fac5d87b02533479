#include "kernel/thread/call_handler.hpp"

#include "kernel/core/log_line.hpp"
#include "kernel/thread/thread.hpp"

namespace kernel::thread {

// Part of its one caller, by the link.
[[gnu::always_inline]] Disposition handle_user_call(Thread& thread) {
    if (CallHandler* const handler = thread.call_handler(); handler != nullptr) [[likely]] {
        return handler->handle_call(thread);
    }
    return end_after_unknown_call(thread);
}

Disposition end_after_unknown_call(const Thread& thread) {
    const Arch::Frame& frame = thread.context().frame();
    LOG_WARNING("thread {} ended: there is no call {:#x}, rip {:#x} rsp {:#x}", thread.id(), frame.rax, frame.rip,
                frame.rsp);
    return Disposition::ended();
}

} // namespace kernel::thread
