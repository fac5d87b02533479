// Faults that are told to who handles them.
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::EndReason;
using ::abi::FaultReport;

constexpr u64 kPageFault = 14;
constexpr u64 kInstructionPointer = 2;

constexpr u16 thread_method(::abi::ThreadMethod method) { return method_of(ObjectKind::Thread, method); }

/// A process that faults, and channels that it tells that through.
struct Faulting {
    explicit Faulting(Children& with) : children(with), calls(with.calls()), child(with.create()) {}

    Error set_channel(u64 which, Handle end, Permissions lent = ::abi::kAllPermissions) {
        ::abi::Submission entry =
            Calls::with(child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::SetFaultChannel), which);
        entry.slots = 1;
        entry.slot[0] = end == Handle{} ? 0 : lend(end, lent).word();
        return calls.send(entry).error;
    }

    Handle start(Routine routine = Routine::Fault) { return children.start(child, {.routine = routine}); }

    Completion request() {
        calls.wait();
        return calls.take();
    }

    Error answer(const Completion& request, u16 status) {
        return calls.send(Calls::entry(Handle{request.reply}, status)).error;
    }

    void expect_end(Checks& checks, std::string_view what, EndReason reason, u64 code) {
        const auto report = children.wait(child);
        checks.equal(what, "reason", report.reason, static_cast<u32>(reason));
        checks.equal(what, "code", report.code, code);
    }

    Children& children;
    Calls& calls;
    Child child;
};

/// What `thread` does next is to exit with `code`.
void send_to_exit(Faulting& faulting, Checks& checks, Handle thread, u64 code) {
    const auto read = [&](u64 group) {
        return faulting.calls.call(thread, thread_method(::abi::ThreadMethod::ReadState), group);
    };
    auto pointers = read(2).answer<::abi::ThreadRegisters>();
    checks.equal("a thread that faulted", "can be read", read(2).error, kGood);
    pointers.values.at(kInstructionPointer) = Children::kCode;
    auto numbers = read(0).answer<::abi::ThreadRegisters>();
    numbers.values.at(4) = code;                            // RSI
    numbers.values.at(5) = static_cast<u64>(Routine::Exit); // RDI
    for (const auto& group : {pointers, numbers}) {
        checks.equal("a thread that faulted", "can be changed",
                     faulting.calls.call(thread, thread_method(::abi::ThreadMethod::WriteState), group).error, kGood);
    }
}

void try_handling(Children& children, Checks& checks) {
    Faulting faulting(children);
    ChannelCalls channel(faulting.calls);
    checks.equal("set_fault_channel", "of a process", faulting.set_channel(::abi::kFaultHandler, channel.client),
                 kGood);
    const Handle thread = faulting.start();
    const Completion request = faulting.request();
    checks.equal("a fault", "method", request.method, static_cast<u16>(::abi::KernelRequest::Fault));
    const auto report = Outcome{kGood, request}.answer<FaultReport>();
    checks.equal("a fault", "process", report.process, children.state(faulting.child).object_id);
    checks.equal("a fault", "thread", report.thread,
                 faulting.calls.call(thread, HandleMethod::Inspect).answer<::abi::CapabilityView>().object_id);
    checks.equal("a fault", "kind", report.kind, static_cast<u32>(::abi::FaultKind::Page));
    checks.equal("a fault", "code", report.code, kPageFault);
    checks.equal("a fault", "address", report.address, 0U);
    checks.equal("a fault", "access", report.access, ::abi::kMapWrite);
    checks.equal("a fault", "error", report.error, static_cast<u32>(Error::NotFound));
    checks.that("a fault", "instruction", report.instruction > Children::kCode);
    send_to_exit(faulting, checks, thread, 77);
    checks.equal("a fault", "is answered", faulting.answer(request, 0), kGood);
    faulting.expect_end(checks, "who goes on after a fault", EndReason::Exited, 77);
    faulting.calls.drop(thread);
    children.drop(faulting.child);
    channel.drop();
}

/// Answered as it was, it faults again.
void try_again(Children& children, Checks& checks) {
    Faulting faulting(children);
    ChannelCalls channel(faulting.calls);
    faulting.set_channel(::abi::kFaultHandler, channel.client);
    faulting.calls.drop(faulting.start());
    for (int i = 0; i < 3; ++i) {
        checks.equal("a fault", "comes again", faulting.answer(faulting.request(), 0), kGood);
    }
    checks.equal("a fault", "is not handled", faulting.answer(faulting.request(), 1), kGood);
    faulting.expect_end(checks, "whose fault is not handled", EndReason::Faulted, kPageFault);
    children.drop(faulting.child);
    channel.drop();
}

void try_handlers_that_end(Children& children, Checks& checks) {
    Faulting faulting(children);
    ChannelCalls channel(faulting.calls);
    faulting.set_channel(::abi::kFaultHandler, channel.client);
    faulting.calls.drop(faulting.start());
    faulting.request();
    faulting.calls.drop(channel.server);
    faulting.expect_end(checks, "whose handler is gone", EndReason::Faulted, kPageFault);
    children.drop(faulting.child);
    channel.drop();

    Faulting killed(children);
    ChannelCalls other(killed.calls);
    killed.set_channel(::abi::kFaultHandler, other.client);
    const Handle thread = killed.start();
    const Completion request = killed.request();
    children.kill(killed.child);
    killed.expect_end(checks, "who is killed while it waits", EndReason::Killed, 0);
    checks.equal("a fault", "of who is gone", killed.answer(request, 0), Error::BadHandle);
    killed.calls.drop(thread);
    children.drop(killed.child);
    other.drop();
}

void try_debugger(Children& children, Checks& checks) {
    Faulting faulting(children);
    ChannelCalls handler(faulting.calls, 0);
    ChannelCalls debugger(faulting.calls, 0);
    handler.attach(handler.server, 1);
    debugger.attach(debugger.server, 2);
    faulting.set_channel(::abi::kFaultHandler, handler.client);
    faulting.set_channel(::abi::kDebugger, debugger.client);
    faulting.calls.drop(faulting.start());
    const Completion first = faulting.request();
    checks.equal("a debugger", "is told first", first.tag, 2U);
    faulting.answer(first, 1);
    const Completion second = faulting.request();
    checks.equal("the handler", "is told what the debugger passes on", second.tag, 1U);
    faulting.answer(second, 0);
    checks.equal("a debugger", "is told of the next", faulting.request().tag, 2U);
    children.kill(faulting.child);
    faulting.expect_end(checks, "who is debugged", EndReason::Killed, 0);
    children.drop(faulting.child);
    handler.drop();
    debugger.drop();
}

void try_refusals(Children& children, Checks& checks) {
    Faulting faulting(children);
    ChannelCalls channel(faulting.calls);
    checks.equal("set_fault_channel", "for nobody known", faulting.set_channel(2, channel.client),
                 Error::InvalidArgument);
    checks.equal("set_fault_channel", "to a server's end", faulting.set_channel(0, channel.server), Error::WrongType);
    checks.equal("set_fault_channel", "to an end that may not call",
                 faulting.set_channel(0, channel.client, ::abi::kDelete), Error::AccessDenied);
    checks.equal("set_fault_channel", "to a handler", faulting.set_channel(0, channel.client), kGood);
    checks.equal("set_fault_channel", "to none again", faulting.set_channel(0, Handle{}), kGood);
    faulting.calls.drop(faulting.start());
    faulting.expect_end(checks, "who has no handler", EndReason::Faulted, kPageFault);
    checks.equal("set_fault_channel", "of who has ended", faulting.set_channel(0, channel.client), Error::BadState);
    children.drop(faulting.child);
    channel.drop();
}

} // namespace

void try_faults(Calls& calls, Checks& checks) {
    Children children(calls);
    try_handling(children, checks);
    try_again(children, checks);
    try_handlers_that_end(children, checks);
    try_debugger(children, checks);
    try_refusals(children, checks);
    children.end();
}

} // namespace tests::abi
