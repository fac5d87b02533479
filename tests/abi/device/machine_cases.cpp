// Machine: the clock, entropy, and what the machine began with.
#include <algorithm>

#include "libs/timekeeping/clock_page.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/device/devices.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: looks at pages that were mapped before, through their addresses.

namespace tests::abi {

namespace {

using ::abi::BootInformation;
using ::abi::MachineMethod;
using ::abi::TableView;

constexpr u64 kPage = Devices::kPage;

constexpr u32 letters(std::string_view name) {
    u32 number = 0;
    for (u32 letter = 0; letter < name.size(); ++letter) {
        number |= u32{static_cast<u8>(name[letter])} << (8 * letter);
    }
    return number;
}

constexpr u64 whole_pages(u64 bytes) { return (bytes + kPage - 1) / kPage * kPage; }

template <class T>
std::span<const T> shown(u64 address, u64 count) {
    return {reinterpret_cast<const T*>(address), count};
}

void try_clock(Devices& devices, Checks& checks) {
    Calls& calls = devices.calls();
    const Handle machine = calls.root(ObjectKind::Machine);
    const auto clock = [&] { return calls.call(machine, machine_method(MachineMethod::Clock)); };
    const auto wall = [&] { return calls.call(machine, machine_method(MachineMethod::WallClock)).answer<u64>(); };
    const auto set = [&](u64 time) { return calls.call(machine, machine_method(MachineMethod::SetWallClock), time); };
    const Outcome told = clock();
    checks.equal("clock", "is told", told.error, kGood);
    const auto view = told.answer<::abi::ClockView>();
    checks.that("clock", "counts", view.hertz > 1'000'000 && view.now != 0);
    checks.that("clock", "has a name", view.name[0] != 0 && view.name.back() == 0);
    checks.that("clock", "goes on", clock().answer<::abi::ClockView>().now > view.now);
    constexpr u64 kSecond = 1'000'000'000;
    checks.that("clock", "is the wall's", wall() - view.since_1970 < 10 * kSecond);
    constexpr u64 kThen = 1'000'000 * kSecond;
    const u64 before = wall();
    checks.equal("set_wall_clock", "is set", set(kThen).error, kGood);
    checks.that("set_wall_clock", "goes on from there", wall() - kThen < 10 * kSecond);
    set(before);
}

void try_entropy(Devices& devices, Checks& checks) {
    Calls& calls = devices.calls();
    ::abi::Submission entry = Calls::entry(calls.root(ObjectKind::Machine), machine_method(MachineMethod::AddEntropy));
    checks.equal("add_entropy", "nothing", calls.send(entry).error, Error::InvalidArgument);
    for (const u8 length : {u8{1}, u8{9}, u8{::abi::kPayloadBytes}}) {
        entry.length = length;
        checks.equal("add_entropy", "of some bytes", calls.send(entry).error, kGood);
    }
}

/// Maps what a method has answered in slot 0, looks at it, and gives it back.
template <class Look>
void look_at(Devices& devices, Checks& checks, Handle memory, u64 bytes, Look look) {
    const u64 size = whole_pages(bytes);
    checks.equal("what the machine shows", "cannot be written",
                 devices.map(memory, 0, kPage, ::abi::kMapRead | ::abi::kMapWrite).error, Error::AccessDenied);
    const Outcome mapped = devices.map(memory, 0, size, ::abi::kMapRead);
    checks.equal("what the machine shows", "is mapped", mapped.error, kGood);
    if (mapped.error == kGood) {
        look(mapped.answer<u64>());
        devices.unmap(mapped.answer<u64>(), size);
    }
    devices.calls().drop(memory);
}

/// A table is good if its bytes come to nothing together, [acpi] 5.2.6.
void try_tables(Devices& devices, Checks& checks) {
    const Outcome first = devices.create(MachineMethod::Table, u64{0});
    checks.equal("table", "the first", first.error, kGood);
    const u32 count = first.answer<TableView>().count;
    devices.calls().drop(first.handle());
    u32 known = 0;
    for (u64 number = 0; number < count; ++number) {
        const Outcome told = devices.create(MachineMethod::Table, number);
        const auto table = told.answer<TableView>();
        look_at(devices, checks, told.handle(), table.offset + table.bytes, [&](u64 address) {
            const auto bytes = shown<u8>(address + table.offset, table.bytes);
            u8 sum = 0;
            std::ranges::for_each(bytes, [&sum](u8 byte) { sum = static_cast<u8>(sum + byte); });
            checks.equal("table", "has its checksum", sum, 0U);
            checks.equal("table", "has its name", *reinterpret_cast<const u32*>(bytes.data()), table.signature);
            checks.equal("table", "lies where it says", table.address % kPage, table.offset);
        });
        for (const std::string_view name : {"APIC", "FACP", "DSDT", "MCFG"}) {
            known += table.signature == letters(name) ? 1 : 0;
        }
    }
    checks.equal("table", "those of q35 are there", known, 4U);
    checks.equal("table", "behind the last", devices.create(MachineMethod::Table, u64{count}).error, Error::NotFound);
    Calls& calls = devices.calls();
    checks.equal("table", "for no budget",
                 calls
                     .call(calls.root(ObjectKind::Machine), machine_method(MachineMethod::Table), u64{count},
                           lend(calls.root(ObjectKind::Debug)))
                     .error,
                 Error::WrongType);
}

Outcome show(Devices& devices, MachineMethod method) {
    Calls& calls = devices.calls();
    ::abi::Submission entry = Calls::entry(calls.root(ObjectKind::Machine), machine_method(method));
    entry.slots = 1;
    entry.slot[0] = lend(calls.root(ObjectKind::Budget)).word();
    return calls.send(entry);
}

void try_boot_information(Devices& devices, Checks& checks) {
    const Outcome told = show(devices, MachineMethod::BootInformation);
    checks.equal("boot_information", "is told", told.error, kGood);
    look_at(devices, checks, told.handle(), kPage, [&](u64 address) {
        const auto& head = shown<BootInformation>(address, 1).front();
        const auto line = shown<char>(address + head.command_line_offset, head.command_line_bytes);
        checks.that("boot_information", "has the command line",
                    std::string_view(line.data(), line.size()).contains("debug_exit="));
        const auto ranges = shown<::abi::MemoryRange>(address + head.ranges_offset, head.ranges);
        u64 end = 0;
        u64 usable = 0;
        for (const ::abi::MemoryRange& range : ranges) {
            checks.that("boot_information", "has its memory in order", range.start >= end && range.bytes != 0);
            end = range.start + range.bytes;
            usable += range.kind == static_cast<u32>(::abi::MemoryRangeKind::Usable) ? range.bytes : 0;
        }
        checks.that("boot_information", "has memory", usable > 16 << 20);
    });
}

void try_bundle(Devices& devices, Checks& checks) {
    const Outcome told = show(devices, MachineMethod::Bundle);
    checks.equal("bundle", "is told", told.error, kGood);
    const auto view = told.answer<::abi::BundleView>();
    look_at(devices, checks, told.handle(), view.offset + view.bytes, [&](u64 address) {
        constexpr u64 kMagic = 0x4c44'4e42'5353'4554; // libs/bundle/format.hpp
        const auto words = shown<u64>(address + view.offset, 3);
        checks.equal("bundle", "begins as one", words[0], kMagic);
        checks.equal("bundle", "is as long as it says", words[2], view.bytes);
    });
}

/// What whoever starts a program maps into it.
void try_clock_page(Devices& devices, Checks& checks) {
    const Outcome told = show(devices, MachineMethod::ClockPage);
    checks.equal("clock_page", "is told", told.error, kGood);
    Calls& calls = devices.calls();
    checks.equal("clock_page", "cannot be written",
                 calls
                     .call(calls.root(ObjectKind::AddressSpace),
                           method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
                           ::abi::MapArguments{.address = 0,
                                               .offset = 0,
                                               .bytes = kPage,
                                               .access = ::abi::kMapRead | ::abi::kMapWrite,
                                               .flags = 0},
                           lend(told.handle()))
                     .error,
                 Error::AccessDenied);
    look_at(devices, checks, told.handle(), kPage, [&](u64 address) {
        const auto& page = shown<timekeeping::ClockPage>(address, 1).front();
        const u64 before = calls.now();
        const u64 read = page.now([] { return __builtin_ia32_rdtsc(); }).value();
        checks.that("clock_page", "has the kernel's time", before <= read && read <= calls.now());
    });
}

} // namespace

void try_machine(Calls& calls, Checks& checks) {
    Devices devices(calls);
    try_clock(devices, checks);
    try_entropy(devices, checks);
    try_tables(devices, checks);
    try_boot_information(devices, checks);
    try_bundle(devices, checks);
    try_clock_page(devices, checks);
}

} // namespace tests::abi

#pragma clang unsafe_buffer_usage end
