// DeviceMemory.
#include "tests/abi/cases.hpp"
#include "tests/abi/device/edu.hpp"

namespace tests::abi {

namespace {

constexpr u64 kPage = Devices::kPage;
constexpr u64 kReadable = ::abi::kMapRead;
constexpr u64 kWritable = ::abi::kMapRead | ::abi::kMapWrite;

void try_refusals(Devices& devices, Checks& checks) {
    struct Range {
        std::string_view what;
        u64 address;
        u64 bytes;
    };

    const std::array kept{
        Range{"usable memory", 32 << 20, kPage},
        Range{"where the kernel may be", 1 << 20, kPage},
        Range{"the processors' interrupt controllers", 0xfee0'0000, kPage},
        Range{"where messages go", 0xfeef'f000, kPage},
        Range{"the I/O APIC", 0xfec0'0000, kPage},
        Range{"the HPET", 0xfed0'0000, kPage},
        Range{"around the I/O APIC", 0xfeb0'0000, 0x20'0000},
        Range{"all below 4 GiB", 0, u64{1} << 32},
    };
    for (const Range& range : kept) {
        checks.equal("create_device_memory", range.what, devices.create_memory(range.address, range.bytes).error,
                     Error::AccessDenied);
    }
    const std::array malformed{
        Range{"nothing", 0xfe00'0000, 0},
        Range{"no whole pages", 0xfe00'0000, 100},
        Range{"an address within a page", 0xfe00'0010, kPage},
        Range{"beyond physical memory", u64{1} << 52, kPage},
        Range{"over its end", (u64{1} << 52) - kPage, 2 * kPage},
        Range{"an overflow", ~(kPage - 1), 2 * kPage},
        Range{"beyond what the processor reaches", u64{1} << 51, kPage},
        Range{"more pages than a window has", u64{1} << 45, u64{1} << 45},
    };
    for (const Range& range : malformed) {
        checks.equal("create_device_memory", range.what, devices.create_memory(range.address, range.bytes).error,
                     Error::InvalidArgument);
    }
}

void try_budgets(Devices& devices, Checks& checks) {
    Calls& calls = devices.calls();
    const auto create = [&](::abi::SlotWord slot) {
        return calls
            .call(calls.root(ObjectKind::Machine), machine_method(::abi::MachineMethod::CreateDeviceMemory),
                  ::abi::PhysicalRange{.address = 0, .bytes = 0}, slot)
            .error;
    };
    const Handle budget = calls.root(ObjectKind::Budget);
    checks.equal("create_device_memory", "for what is nothing", create(lend(Handle{1})), Error::BadHandle);
    checks.equal("create_device_memory", "for no budget", create(lend(calls.root(ObjectKind::Debug))),
                 Error::WrongType);
    checks.equal("create_device_memory", "without Execute on the budget", create(lend(budget, ::abi::kRead)),
                 Error::AccessDenied);
}

/// The registers of the device do what registers do, and nobody executes them.
void try_registers(Devices& devices, Checks& checks, Edu& edu) {
    Calls& calls = devices.calls();
    checks.equal("device memory", "is mapped", edu.open().error, kGood);
    checks.equal("device memory", "has a register", edu.read(Edu::kIdentification), Edu::kIdentity);
    edu.write(Edu::kInverse, 0x1234'5678);
    checks.equal("device memory", "reaches the device", edu.read(Edu::kInverse), ~0x1234'5678U);
    edu.close();
    const Handle memory = devices.create_memory(edu.registers(), Edu::kBytes).handle();
    checks.equal("device memory", "size",
                 calls.call(memory, method_of(ObjectKind::DeviceMemory, ::abi::DeviceMemoryMethod::Size)).answer<u64>(),
                 Edu::kBytes);
    checks.equal("device memory", "is no Memory",
                 calls.call(memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Size)).error, Error::WrongType);
    checks.equal("device memory", "executable",
                 devices.map(memory, 0, kPage, ::abi::kMapRead | ::abi::kMapExecute).error, Error::AccessDenied);
    checks.equal("device memory", "behind its end", devices.map(memory, Edu::kBytes, kPage, kReadable).error,
                 Error::OutOfRange);
    const Handle readable = calls.derive(memory, ::abi::kRead);
    checks.equal("device memory", "writable without Write", devices.map(readable, 0, kPage, kWritable).error,
                 Error::AccessDenied);
    const Outcome shown = devices.map(readable, 0, kPage, kReadable);
    checks.equal("device memory", "readable", shown.error, kGood);
    checks.equal("device memory", "made writable later",
                 calls
                     .call(calls.root(ObjectKind::AddressSpace),
                           method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Protect),
                           ::abi::ProtectArguments{.address = shown.answer<u64>(), .bytes = kPage, .access = kWritable})
                     .error,
                 Error::AccessDenied);
    devices.unmap(shown.answer<u64>(), kPage);
    calls.drop(readable);
    calls.drop(memory);
}

void try_windows(Devices& devices, Checks& checks, const Edu& edu) {
    Calls& calls = devices.calls();
    const Handle memory = devices.create_memory(edu.registers(), Edu::kBytes).handle();
    const auto view = calls.call(memory, HandleMethod::Inspect).answer<::abi::CapabilityView>();
    checks.equal("device window", "is all pages at first", view.qualifier, (Edu::kBytes / kPage) << 32);
    const Handle part = devices.derive_window(memory, 1, 2);
    checks.equal("device window", "before it", devices.map(part, 0, kPage, kReadable).error, Error::OutOfRange);
    checks.equal("device window", "over its end", devices.map(part, 2 * kPage, 2 * kPage, kReadable).error,
                 Error::OutOfRange);
    const Outcome mapped = devices.map(part, kPage, 2 * kPage, kReadable);
    checks.equal("device window", "all of it", mapped.error, kGood);
    devices.unmap(mapped.answer<u64>(), 2 * kPage);
    checks.equal("device window", "larger again", devices.narrow(part, 0, 3).error, Error::InvalidArgument);
    calls.drop(part);
    calls.drop(memory);
}

void try_configuration(Devices& devices, Checks& checks) {
    const auto read = [&](std::string_view what, u32 function, u32 offset, Error error) {
        checks.equal("read_configuration", what, devices.read_configuration(function, offset).error, error);
        checks.equal("write_configuration", what, devices.write_configuration(function, offset, 0), error);
    };
    read("within a word", 0, 2, Error::InvalidArgument);
    read("behind the end", 0, 256, Error::InvalidArgument);
    read("far behind", 0, 0xffff'fffc, Error::InvalidArgument);
    read("of another segment", 1 << 16, 0, Error::NotFound);
    Calls& calls = devices.calls();
    const ::abi::WriteConfigurationArguments odd{.place = {.function = 0, .offset = 0}, .value = 0, .zero = 1};
    checks.equal(
        "write_configuration", "with something where zero must be",
        calls.call(calls.root(ObjectKind::Machine), machine_method(::abi::MachineMethod::WriteConfiguration), odd)
            .error,
        Error::InvalidArgument);
}

} // namespace

void try_device_memory(Calls& calls, Checks& checks) {
    Devices devices(calls);
    try_refusals(devices, checks);
    try_budgets(devices, checks);
    try_configuration(devices, checks);
    Edu edu(devices);
    if (!edu.is_there()) {
        base::print(checks.sink(), "there is no edu: registers are not tested\n");
        return;
    }
    try_registers(devices, checks, edu);
    try_windows(devices, checks, edu);
}

} // namespace tests::abi
