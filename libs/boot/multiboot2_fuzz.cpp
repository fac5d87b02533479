/// Any bytes where the Multiboot2 information structure should be.
#include "libs/boot/multiboot2.hpp"

#include "base/assert.hpp"
#include "libs/boot/fake_memory.hpp"
#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    using base::Bytes;
    using base::PhysicalAddress;
    // Low, so that small numbers in the input are addresses within it.
    constexpr PhysicalAddress kStart{0x10};
    const boot::FakeMemory memory(fuzz::input(data, size), kStart);
    boot::BootInfo info;
    const bool good = boot::read_multiboot2(memory, kStart, info).empty();
    ASSERT(info.acpi_root == PhysicalAddress{0} || memory.read(info.acpi_root, Bytes{20}),
           "the ACPI root lies outside");
    if (!good) {
        return 0;
    }
    PhysicalAddress end{0};
    for (const boot::MemoryRange& range : info.memory.ranges()) {
        ASSERT(range.start >= end && range.end() > range.start, "the map is not sorted");
        const bool usable = range.type == boot::MemoryType::Usable;
        ASSERT(!usable || range.start.is_aligned(Bytes{base::kPageSize}));
        ASSERT(!usable || info.acpi_root < range.start || info.acpi_root >= range.end() ||
                   info.acpi_root == PhysicalAddress{0},
               "the ACPI root is free memory");
        end = range.end();
    }
    ASSERT(info.memory.total_usable() > Bytes{0});
    return 0;
}
