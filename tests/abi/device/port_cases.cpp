// IoPorts.
#include "tests/abi/cases.hpp"
#include "tests/abi/device/devices.hpp"

namespace tests::abi {

namespace {

constexpr u32 kSerial = 0x2f8;
constexpr u32 kSerialPorts = 8;
constexpr u32 kScratch = kSerial + 7;

/// QEMU's configuration device, [fw_cfg]: a selector of 16 bits, bytes, and a register of two times 32.
constexpr u32 kSelector = 0x510;
constexpr u32 kData = 0x511;
constexpr u32 kDirect = 0x514;
constexpr u32 kName = 0x554d'4551; // "QEMU"

void try_refusals(Devices& devices, Checks& checks) {
    struct Range {
        std::string_view what;
        u32 first;
        u32 count;
    };

    const std::array kept{
        Range{"first interrupt controller", 0x20, 1},
        Range{"its mask", 0x21, 1},
        Range{"second interrupt controller", 0xa1, 1},
        Range{"level control", 0x4d1, 1},
        Range{"interval timer", 0x43, 1},
        Range{"its gate", 0x61, 1},
        Range{"clock's index", 0x70, 1},
        Range{"clock's data", 0x71, 1},
        Range{"configuration's address", 0xcf8, 4},
        Range{"reset", 0xcf9, 1},
        Range{"configuration's data", 0xcff, 1},
        Range{"console", 0x3f8, 8},
        Range{"console's last", 0x3ff, 1},
        Range{"emulator's console", 0xe9, 1},
        Range{"debug exit", 0xf4, 1},
        Range{"power control of q35", 0x604, 2},
        Range{"firmware's switch", 0xb2, 1},
        Range{"over the console's first", 0x3f0, 9},
        Range{"all", 0, 0x10000},
    };
    for (const Range& range : kept) {
        checks.equal("create_io_ports", range.what, devices.create_ports(range.first, range.count).error,
                     Error::AccessDenied);
    }
    const std::array malformed{Range{"none", 0x2f8, 0}, Range{"beyond the last", 0x10000, 1},
                               Range{"over the last", 0xffff, 2}, Range{"an overflow", 0xffff'fff0, 0x100},
                               Range{"another overflow", 0x2f8, 0xffff'ffff}};
    for (const Range& range : malformed) {
        checks.equal("create_io_ports", range.what, devices.create_ports(range.first, range.count).error,
                     Error::InvalidArgument);
    }
    // The budget comes before what is wanted.
    Calls& calls = devices.calls();
    const auto create = [&](::abi::SlotWord slot) {
        return calls
            .call(calls.root(ObjectKind::Machine), machine_method(::abi::MachineMethod::CreateIoPorts),
                  ::abi::PortRange{.first = 0, .count = 0}, slot)
            .error;
    };
    const Handle budget = calls.root(ObjectKind::Budget);
    checks.equal("create_io_ports", "for no budget", create(lend(calls.root(ObjectKind::Debug))), Error::WrongType);
    checks.equal("create_io_ports", "without Execute on the budget", create(lend(budget, ::abi::kRead)),
                 Error::AccessDenied);
    checks.equal("create_io_ports", "a budget that is given away",
                 create({budget, ::abi::kAllPermissions, ::abi::SlotMode::Derive}), Error::InvalidArgument);
}

void try_arguments(Devices& devices, Checks& checks, Handle ports) {
    const auto read = [&](std::string_view what, u32 port, u32 width, u64 count, Error error) {
        checks.equal("read ports", what, devices.read(ports, port, width, count).error, error);
    };
    for (const u32 width : {0U, 3U, 5U, 8U, 64U}) {
        read("of an odd width", kSerial, width, 1, Error::InvalidArgument);
    }
    read("none", kScratch, 1, 0, Error::InvalidArgument);
    read("more than a payload", kScratch, 1, 65, Error::InvalidArgument);
    read("far more", kScratch, 4, u64{1} << 62, Error::InvalidArgument);
    read("before the first", kSerial - 1, 1, 1, Error::OutOfRange);
    read("behind the last", kSerial + kSerialPorts, 1, 1, Error::OutOfRange);
    read("over the end", kSerial + kSerialPorts - 1, 2, 1, Error::OutOfRange);
    read("far away", 0xffff'ffff, 4, 1, Error::OutOfRange);
    const std::array<u8, 40> bytes{};
    const auto write = [&](std::string_view what, u32 port, u64 count, u64 length, Error error) {
        checks.equal("write ports", what, devices.write(ports, port, 1, count, std::span(bytes).first(length)), error);
    };
    write("none", kScratch, 0, 0, Error::InvalidArgument);
    write("fewer than it says", kScratch, 3, 2, Error::InvalidArgument);
    write("more than it says", kScratch, 1, 2, Error::InvalidArgument);
    write("more than has room", kScratch, 49, 40, Error::InvalidArgument);
    write("behind the last", kSerial + kSerialPorts, 1, 1, Error::OutOfRange);
    Calls& calls = devices.calls();
    ::abi::Submission entry = Calls::entry(ports, method_of(ObjectKind::IoPorts, ::abi::PortMethod::Write));
    entry.length = 8;
    checks.equal("write ports", "with half a head", calls.send(entry).error, Error::InvalidArgument);
}

void try_scratch(Devices& devices, Checks& checks, Handle ports) {
    checks.equal("write ports", "a byte", devices.out(ports, kScratch, 0x5a), kGood);
    checks.equal("read ports", "that byte", devices.in(ports, kScratch), 0x5aU);
    const std::array<u8, 3> many{1, 2, 3};
    checks.equal("write ports", "several, one after the other", devices.write(ports, kScratch, 1, many.size(), many),
                 kGood);
    checks.equal("read ports", "the last, as often as wanted", devices.read(ports, kScratch, 1, 4).answer<u32>(),
                 0x0303'0303U);
    checks.equal("read ports", "how many bytes", devices.read(ports, kScratch, 1, 64).completion.length, 64U);
}

void try_windows(Devices& devices, Checks& checks, Handle ports) {
    Calls& calls = devices.calls();
    const Handle part = devices.derive_window(ports, kScratch, 1);
    checks.equal("port window", "within", devices.read(part, kScratch, 1).error, kGood);
    checks.equal("port window", "before it", devices.read(part, kScratch - 1, 1).error, Error::OutOfRange);
    checks.equal("port window", "from before it", devices.read(part, kScratch - 1, 2).error, Error::OutOfRange);
    checks.equal("port window", "writing before it", devices.out(part, kScratch - 1, 0), Error::OutOfRange);
    checks.equal("port window", "larger again", devices.narrow(part, kSerial, kSerialPorts).error,
                 Error::InvalidArgument);
    checks.equal("port window", "is dropped", calls.drop(part), kGood);
}

/// Other widths than bytes.
void try_widths(Devices& devices, Checks& checks) {
    const Outcome made = devices.create_ports(kSelector, 12);
    checks.equal("create_io_ports", "of the emulator", made.error, kGood);
    const Handle ports = made.handle();
    checks.equal("write ports", "16 bits", devices.out(ports, kSelector, 0, 2), kGood);
    checks.equal("read ports", "four bytes of a stream", devices.read(ports, kData, 1, 4).answer<u32>(), kName);
    checks.equal("read ports", "32 bits", devices.in(ports, kDirect, 4), kName);
    devices.calls().drop(ports);
}

} // namespace

void try_ports(Calls& calls, Checks& checks) {
    Devices devices(calls);
    try_refusals(devices, checks);
    const Outcome made = devices.create_ports(kSerial, kSerialPorts);
    checks.equal("create_io_ports", "of the second serial port", made.error, kGood);
    const Handle ports = made.handle();
    try_arguments(devices, checks, ports);
    devices.out(ports, kScratch, 0x5a);
    if (devices.in(ports, kScratch) == 0x5a) {
        try_scratch(devices, checks, ports);
    } else {
        base::print(checks.sink(), "there is no second serial port: not tested\n");
    }
    try_windows(devices, checks, ports);
    try_widths(devices, checks);
    checks.equal("ports", "are dropped", calls.drop(ports), kGood);
}

} // namespace tests::abi
