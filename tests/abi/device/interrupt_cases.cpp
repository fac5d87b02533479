// Interrupt: by edge, by level and by message.
#include "tests/abi/cases.hpp"
#include "tests/abi/device/edu.hpp"
#include "tests/abi/device/serial.hpp"

namespace tests::abi {

namespace {

using ::abi::InterruptMethod;
using ::abi::LineMode;

void try_creation(Devices& devices, Checks& checks) {
    constexpr u64 kNoProcessor = 4000;
    checks.equal("create_interrupt", "that no controller has", devices.create_interrupt(5000).error, Error::NotFound);
    checks.equal("create_interrupt", "that signals in an unknown way",
                 devices.create_interrupt(Serial::kLine, static_cast<LineMode>(5)).error, Error::InvalidArgument);
    checks.equal("create_interrupt", "on no processor",
                 devices.create_interrupt(5000, LineMode::Tables, kNoProcessor).error, Error::InvalidArgument);
    checks.equal("create_message", "on no processor", devices.create_message(kNoProcessor).error,
                 Error::InvalidArgument);
    Calls& calls = devices.calls();
    const ::abi::CreateInterruptArguments wrong{.line = 5000, .mode = 9, .processor = kNoProcessor};
    const auto create = [&](::abi::SlotWord slot) {
        return calls
            .call(calls.root(ObjectKind::Machine), machine_method(::abi::MachineMethod::CreateInterrupt), wrong, slot)
            .error;
    };
    checks.equal("create_interrupt", "for no budget", create(lend(calls.root(ObjectKind::Debug))), Error::WrongType);
    checks.equal("create_interrupt", "without Execute on the budget",
                 create(lend(calls.root(ObjectKind::Budget), ::abi::kWrite)), Error::AccessDenied);
}

void try_windows(Devices& devices, Checks& checks, Handle interrupt) {
    Calls& calls = devices.calls();
    checks.equal("interrupt", "has one bit", devices.attach(interrupt, 2), Error::OutOfRange);
    const Handle blind = devices.derive_window(interrupt, 0, 0);
    checks.equal("interrupt window", "of nothing", devices.attach(blind), Error::OutOfRange);
    for (const auto method :
         {InterruptMethod::State, InterruptMethod::Acknowledge, InterruptMethod::Mask, InterruptMethod::Detach}) {
        checks.equal("interrupt window", "of nothing lets nothing be done", devices.call(blind, method).error,
                     Error::OutOfRange);
    }
    checks.equal("interrupt window", "larger again", devices.narrow(blind, 0, 1).error, Error::InvalidArgument);
    checks.equal("interrupt window", "larger than all", devices.narrow(interrupt, 0, 2).error, Error::InvalidArgument);
    calls.drop(blind);
    const Handle unreadable = calls.derive(interrupt, ::abi::kWrite);
    checks.equal("interrupt", "attach without Read", devices.attach(unreadable), Error::AccessDenied);
    calls.drop(unreadable);
}

/// It asks as often as it likes, and is told once for each acknowledgement.
void try_edges(Devices& devices, Checks& checks, Serial& serial, Handle interrupt) {
    checks.equal("edge", "attach", devices.attach(interrupt), kGood);
    checks.equal("edge", "is not pending at first", devices.state(interrupt).is_pending, 0U);
    serial.ask();
    checks.equal("edge", "is told", devices.wait_for_notice(), 1U);
    checks.equal("edge", "is pending", devices.state(interrupt).is_pending, 1U);
    serial.ask();
    checks.that("edge", "is masked until it is acknowledged", devices.is_quiet());
    checks.equal("edge", "was delivered once", devices.state(interrupt).deliveries, 1U);
    checks.that("edge", "came more often", devices.state(interrupt).arrivals > 1);
    checks.equal("edge", "acknowledge", devices.acknowledge(interrupt), kGood);
    checks.equal("edge", "what came meanwhile is told then", devices.wait_for_notice(), 1U);
    devices.acknowledge(interrupt);
    checks.that("edge", "and no more", devices.is_quiet());
}

void try_mask(Devices& devices, Checks& checks, Serial& serial, Handle interrupt) {
    checks.equal("mask", "is masked", devices.call(interrupt, InterruptMethod::Mask).error, kGood);
    checks.equal("mask", "says so", devices.state(interrupt).is_masked, 1U);
    const u64 before = devices.state(interrupt).deliveries;
    serial.ask();
    checks.that("mask", "nothing is told", devices.is_quiet());
    checks.equal("mask", "nothing is delivered", devices.state(interrupt).deliveries, before);
    serial.silence();
    checks.equal("mask", "is unmasked", devices.call(interrupt, InterruptMethod::Unmask).error, kGood);
    serial.ask();
    checks.equal("mask", "is told again", devices.wait_for_notice(), 1U);
    devices.acknowledge(interrupt);
}

void try_detach(Devices& devices, Checks& checks, Serial& serial, Handle interrupt) {
    checks.equal("detach", "others cannot have its line", devices.create_interrupt(Serial::kLine).error, Error::Busy);
    checks.equal("detach", "is done", devices.call(interrupt, InterruptMethod::Detach).error, kGood);
    serial.ask();
    checks.that("detach", "nothing is told", devices.is_quiet());
    for (const auto method : {InterruptMethod::Acknowledge, InterruptMethod::Mask, InterruptMethod::Unmask}) {
        checks.equal("detach", "it can be used no more", devices.call(interrupt, method).error, Error::BadState);
    }
    checks.equal("detach", "again", devices.call(interrupt, InterruptMethod::Detach).error, kGood);
    serial.silence();
    const Outcome next = devices.create_interrupt(Serial::kLine);
    checks.equal("detach", "others have its line at once", next.error, kGood);
    checks.equal("detach", "is dropped", devices.calls().drop(interrupt), kGood);
    checks.equal("create_interrupt", "again", devices.create_interrupt(Serial::kLine).error, Error::Busy);
    checks.equal("interrupt", "is dropped", devices.calls().drop(next.handle()), kGood);
    const Outcome freed = devices.create_freed_interrupt(Serial::kLine);
    checks.equal("interrupt", "is to be had when it was dropped", freed.error, kGood);
    devices.calls().drop(freed.handle());
}

/// Of another processor, which is asked to give its vector back and not waited for.
void try_far_detach(Devices& devices, Checks& checks) {
    const Outcome made = devices.create_freed_interrupt(Serial::kLine, 1);
    if (made.error != kGood) {
        return;
    }
    checks.equal("far detach", "is done", devices.call(made.handle(), InterruptMethod::Detach).error, kGood);
    const Outcome next = devices.create_interrupt(Serial::kLine);
    checks.equal("far detach", "others have its line at once", next.error, kGood);
    devices.calls().drop(made.handle());
    devices.calls().drop(next.handle());
}

void try_serial(Devices& devices, Checks& checks) {
    Serial serial(devices);
    if (serial.is_there()) {
        const Outcome made = devices.create_freed_interrupt(Serial::kLine);
        checks.equal("create_interrupt", "of the second serial port", made.error, kGood);
        try_windows(devices, checks, made.handle());
        try_edges(devices, checks, serial, made.handle());
        try_mask(devices, checks, serial, made.handle());
        try_detach(devices, checks, serial, made.handle());
        try_far_detach(devices, checks);
    } else {
        base::print(checks.sink(), "there is no second serial port: edges are not tested\n");
    }
    serial.end();
}

/// On each of the first four processors, if there are such.
void try_messages(Devices& devices, Checks& checks, Edu& edu) {
    for (u64 processor = 0; processor < 4; ++processor) {
        const Outcome made = devices.create_message(processor);
        if (processor != 0 && made.error != kGood) {
            continue;
        }
        const auto message = made.answer<::abi::MessageView>();
        checks.equal("create_message", "goes where messages go", message.address >> 20, 0xfeeU);
        const Handle interrupt = made.handle();
        edu.send_messages(message.address, message.data);
        checks.equal("message", "attach", devices.attach(interrupt), kGood);
        edu.write(Edu::kRaise, 1);
        checks.equal("message", "is told", devices.wait_for_notice(), 1U);
        edu.write(Edu::kSatisfy, 1);
        edu.write(Edu::kRaise, 2);
        checks.that("message", "is kept back until it is acknowledged", devices.is_quiet());
        devices.acknowledge(interrupt);
        checks.equal("message", "is told then", devices.wait_for_notice(), 1U);
        edu.write(Edu::kSatisfy, 2);
        devices.acknowledge(interrupt);
        checks.equal("message", "was delivered twice", devices.state(interrupt).deliveries, 2U);
        edu.send_messages(0, 0);
        checks.equal("message", "is dropped", devices.calls().drop(interrupt), kGood);
    }
}

/// Whether the device asks at `line`; if so, all that is to be tried there.
bool try_level(Devices& devices, Checks& checks, Edu& edu, u32 line) {
    constexpr u64 kMoment = 5'000'000;
    const Outcome made = devices.create_interrupt(line, LineMode::LevelLow);
    if (made.error != kGood) {
        return false;
    }
    const Handle interrupt = made.handle();
    edu.write(Edu::kRaise, 1);
    devices.rest(kMoment);
    const bool is_its_line = devices.state(interrupt).deliveries != 0;
    if (is_its_line) {
        checks.equal("level", "attach", devices.attach(interrupt), kGood);
        checks.equal("level", "what came before is told", devices.wait_for_notice(), 1U);
        checks.that("level", "is masked until it is acknowledged", devices.is_quiet());
        checks.equal("level", "interrupted once", devices.state(interrupt).arrivals, 1U);
        devices.acknowledge(interrupt);
        checks.equal("level", "comes again if the device still asks", devices.wait_for_notice(), 1U);
        edu.write(Edu::kSatisfy, 1);
        devices.acknowledge(interrupt);
        checks.that("level", "does not if it is satisfied", devices.is_quiet());
        edu.write(Edu::kRaise, 2);
        checks.equal("level", "comes when it asks again", devices.wait_for_notice(), 1U);
    }
    edu.write(Edu::kSatisfy, 3);
    devices.call(interrupt, InterruptMethod::Detach);
    devices.calls().drop(interrupt);
    return is_its_line;
}

/// Which line it is stands in AML only: it is the one that comes.
void try_levels(Devices& devices, Checks& checks, Edu& edu) {
    constexpr u32 kFirst = 16;
    constexpr u32 kEnd = 24;
    bool was_found = try_level(devices, checks, edu, edu.legacy_line());
    for (u32 line = kFirst; line < kEnd && !was_found; ++line) {
        was_found = try_level(devices, checks, edu, line);
    }
    checks.that("level", "comes at some line", was_found);
}

void try_edu(Devices& devices, Checks& checks) {
    Edu edu(devices);
    if (!edu.is_there()) {
        base::print(checks.sink(), "there is no edu: levels and messages are not tested\n");
        return;
    }
    checks.equal("edu", "is opened", edu.open().error, kGood);
    try_messages(devices, checks, edu);
    try_levels(devices, checks, edu);
    edu.close();
}

} // namespace

void try_interrupts(Calls& calls, Checks& checks) {
    Devices devices(calls);
    try_creation(devices, checks);
    try_serial(devices, checks);
    try_edu(devices, checks);
}

} // namespace tests::abi
