/// Three kinds of input, by its first byte: memory as it comes; one table's body, its header good; changes to the
/// tables of a good machine, whose checksums are corrected.
#include "libs/acpi/good_tables.hpp"
#include "libs/acpi/walk.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace {

using base::ByteReader;
using base::u16;
using base::u8;
using base::usize;

constexpr std::array<std::string_view, 8> kSignatures{"APIC", "SRAT", "SLIT", "HMAT", "MCFG", "FACP", "HPET", "DSDT"};

void walk_memory(std::span<const std::byte> memory) {
    const boot::FakeMemory reader(memory, acpi::FakeMachine::kStart);
    if (const auto root = acpi::find_root(reader)) {
        acpi::walk::everything(reader, *root);
    }
}

void walk_table(u8 selector, std::span<const std::byte> bytes) {
    const std::string_view signature = kSignatures.at(selector % kSignatures.size());
    acpi::Blob body;
    body.put_bytes(bytes);
    acpi::FakeMachine machine;
    const auto address = machine.add(signature, selector / kSignatures.size(), body);
    if (signature == "DSDT") {
        machine.add("FACP", 6, acpi::FadtBuilder().set(40, static_cast<base::u32>(address.value())).body());
    }
    machine.finish_xsdt();
    acpi::walk::everything(machine.memory(), acpi::FakeMachine::kRoot);
}

void walk_changed_machine(ByteReader input) {
    acpi::FakeMachine machine = acpi::good_machine();
    while (input.remaining() > sizeof(u16)) {
        const usize offset = input.read<u16>().value() % machine.size();
        machine.set(acpi::FakeMachine::kStart + base::Bytes{offset}, input.read<u8>().value());
    }
    machine.fix_all();
    acpi::walk::everything(machine.memory(), acpi::FakeMachine::kRoot);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, usize size) {
    const std::span<const std::byte> input = fuzz::input(data, size);
    ByteReader reader(input);
    const auto kind = reader.read<u8>();
    if (!kind) {
        return 0;
    }
    switch (*kind % 3) {
    case 0: walk_memory(input.subspan(1)); break;
    case 1: walk_table(*kind / 3, input.subspan(1)); break;
    default: walk_changed_machine(reader); break;
    }
    return 0;
}
