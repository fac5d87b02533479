#include "kernel/thread/user_fault.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/thread/thread.hpp"

namespace kernel::thread {

namespace {

using arch::FaultAccess;
using arch::FaultKind;

std::string_view name(FaultKind kind) {
    switch (kind) {
    case FaultKind::Page: return "page fault";
    case FaultKind::Breakpoint: return "breakpoint";
    case FaultKind::SingleStep: return "single step";
    case FaultKind::InvalidInstruction: return "invalid instruction";
    case FaultKind::Protection: return "general protection";
    case FaultKind::Arithmetic: return "arithmetic error";
    case FaultKind::Other: return "exception";
    }
    return "exception";
}

std::string_view name(FaultAccess access) {
    switch (access) {
    case FaultAccess::Read: return "read";
    case FaultAccess::Write: return "write";
    case FaultAccess::Execute: return "execute";
    }
    return "access";
}

/// Not part of the way of a page fault that is resolved.
[[gnu::noinline]] Disposition tell_handler(Thread& thread, const arch::UserFault& fault) {
    if (FaultHandler* const handler = thread.fault_handler(); handler != nullptr) {
        return handler->handle_fault(thread, fault);
    }
    return end_after_fault(thread, fault);
}

} // namespace

void describe(base::TextSink& sink, const arch::UserFault& fault) {
    base::print(sink, "{}", name(fault.kind));
    if (fault.kind == FaultKind::Page) {
        base::print(sink, ", {} of {:#x}, {}", name(fault.page.access), fault.page.address.value(),
                    fault.page.present ? "not allowed" : "nothing there");
    } else {
        base::print(sink, " (vector {})", fault.code);
    }
}

Disposition end_after_fault(const Thread& thread, const arch::UserFault& fault) {
    base::FixedText<core::Log::kLineBytes> what;
    describe(what, fault);
    const Arch::Frame& frame = thread.context().frame();
    LOG_WARNING("thread {} ended: {}, rip {:#x} rsp {:#x}", thread.id(), what.view(), frame.rip, frame.rsp);
    return Disposition::ended();
}

// Part of its one caller, by the link.
[[gnu::always_inline]] Disposition handle_user_fault(Thread& thread, const arch::UserFault& fault) {
    core::kernel().trace.note(abi::TraceKind::Fault, static_cast<base::u32>(fault.code), fault.page.address.value(),
                              thread.id());
    if (fault.kind == FaultKind::Page) [[likely]] {
        if (const auto answer = thread.space().handle_page_fault(thread, fault.page)) [[likely]] {
            return *answer;
        }
    }
    return tell_handler(thread, fault);
}

} // namespace kernel::thread
