/// Any bytes where hvm_start_info, its lists and texts should be.
#include "libs/boot/pvh.hpp"

#include "base/assert.hpp"
#include "libs/boot/fake_memory.hpp"
#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    using base::PhysicalAddress;
    // Low, so that small numbers in the input are addresses within it.
    constexpr PhysicalAddress kStart{0x10};
    const boot::FakeMemory memory(fuzz::input(data, size), kStart);
    boot::BootInfo info;
    if (!boot::read_pvh(memory, kStart, info).empty()) {
        return 0;
    }
    PhysicalAddress end{0};
    for (const boot::MemoryRange& range : info.memory.ranges()) {
        ASSERT(range.start >= end && range.end() > range.start, "the map is not sorted");
        ASSERT(range.type != boot::MemoryType::Usable || range.start.is_aligned(base::Bytes{base::kPageSize}));
        end = range.end();
    }
    ASSERT(info.memory.total_usable() > base::Bytes{0});
    return 0;
}
