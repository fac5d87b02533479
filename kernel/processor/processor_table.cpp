#include "kernel/processor/processor_table.hpp"

#include <memory>
#include <new>

#include "kernel/arch/current.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: an array made by placement in memory that was allocated for just so many.

namespace kernel::processor {

base::Result<void> ProcessorTable::create(std::span<const base::u32> hardware_ids, const time::Clock& clock,
                                          memory::FrameAllocator& frames) {
    const base::Bytes size{hardware_ids.size() * sizeof(Processor)};
    const auto memory = TRY(frames.allocate_contiguous(base::Pages::holding(size)));
    std::byte* const place = Arch::physical_bytes(memory, size).data();
    Processor* first = nullptr;
    for (base::u32 index = 0; index < hardware_ids.size(); ++index) {
        auto* const made = ::new (place + index * sizeof(Processor)) Processor(index, hardware_ids[index], clock);
        first = index == 0 ? made : first;
    }
    processors_ = {first, hardware_ids.size()};
    return {};
}

cpu_set::CpuSet ProcessorTable::online() const {
    cpu_set::CpuSet set;
    for (const Processor& processor : processors_) {
        if (processor.state() == State::Online) {
            set.add(processor.index());
        }
    }
    return set;
}

} // namespace kernel::processor

#pragma clang unsafe_buffer_usage end
