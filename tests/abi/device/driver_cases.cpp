// A driver is a process of its own: an interrupt wakes it, and its end gives the line back.
#include "tests/abi/cases.hpp"
#include "tests/abi/device/serial.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

namespace {

using ::abi::EndReason;
using ::abi::EndReport;

/// `child` holds it from now on, and nobody else.
Error give(Calls& calls, const Child& child, Handle interrupt) {
    return call_with_slot(calls, child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Install),
                          {interrupt, ::abi::kAllPermissions, ::abi::SlotMode::Move})
        .error;
}

/// On `processor`, a thread waits at its ring and ends with the first notice; the interrupt comes to `interrupted`.
void try_waking(Devices& devices, Checks& checks, Children& children, Serial& serial, u64 processor, u64 interrupted) {
    Calls& calls = devices.calls();
    const Outcome made = devices.create_freed_interrupt(Serial::kLine, interrupted);
    checks.equal("driver", "has its interrupt", made.error, kGood);
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    const Handle thread = children.start(
        child, {.routine = Routine::Serve, .first = ring.answer<u64>(), .processor = processor}, ring.handle());
    checks.equal("driver", "is attached", devices.attach(made.handle(), 1, ring.handle()), kGood);
    checks.equal("driver", "holds it", give(calls, child, made.handle()), kGood);
    devices.rest(5'000'000);
    checks.equal("driver", "waits", children.state(child).threads, 1U);
    serial.ask();
    const EndReport report = children.wait(child);
    checks.equal("driver", "is woken", report.reason, static_cast<u32>(EndReason::Exited));
    checks.equal("driver", "by a notice", report.code, 0U);
    serial.silence();
    calls.drop(ring.handle());
    calls.drop(thread);
    children.drop(child);
}

/// One that is killed while it waits, with an interrupt that it has not acknowledged.
void try_killing(Devices& devices, Checks& checks, Children& children, Serial& serial) {
    Calls& calls = devices.calls();
    const Outcome made = devices.create_freed_interrupt(Serial::kLine);
    checks.equal("killed driver", "has its interrupt", made.error, kGood);
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    const Handle thread = children.start(child, {.routine = Routine::Spin, .first = Children::kBoard});
    checks.equal("killed driver", "is attached", devices.attach(made.handle(), 1, ring.handle()), kGood);
    checks.equal("killed driver", "holds it", give(calls, child, made.handle()), kGood);
    serial.ask();
    checks.equal("killed driver", "nobody else has it", devices.create_interrupt(Serial::kLine).error, Error::Busy);
    checks.equal("killed driver", "is killed", children.kill(child), kGood);
    checks.equal("killed driver", "has ended", children.wait(child).reason, static_cast<u32>(EndReason::Killed));
    const Outcome next = devices.create_freed_interrupt(Serial::kLine);
    checks.equal("killed driver", "another has its line", next.error, kGood);
    checks.equal("next driver", "attach", devices.attach(next.handle()), kGood);
    serial.ask();
    checks.equal("next driver", "hears of it", devices.wait_for_notice(), 1U);
    serial.silence();
    calls.drop(next.handle());
    calls.drop(ring.handle());
    calls.drop(thread);
    children.drop(child);
}

} // namespace

void try_drivers(Calls& calls, Checks& checks) {
    Devices devices(calls);
    Serial serial(devices);
    if (serial.is_there()) {
        Children children(calls);
        const Outcome second = devices.create_message(1);
        calls.drop(second.handle());
        const u64 last = second.error == kGood ? 1 : 0;
        try_waking(devices, checks, children, serial, 0, 0);
        try_waking(devices, checks, children, serial, last, last);
        try_waking(devices, checks, children, serial, last, 0);
        try_killing(devices, checks, children, serial);
        children.end();
    } else {
        base::print(checks.sink(), "there is no second serial port: drivers are not tested\n");
    }
    serial.end();
}

} // namespace tests::abi
