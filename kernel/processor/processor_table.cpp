#include "kernel/processor/processor_table.hpp"

#include <memory>
#include <new>

#include "kernel/arch/current.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: an array made by placement in memory that was allocated for just so many.

namespace kernel::processor {

namespace {

/// `count` of T, made one after the other by make(place, index).
template <class T, class Make>
base::Result<std::span<T>> make_array(base::usize count, memory::FrameAllocator& frames, Make make) {
    const base::Bytes size{count * sizeof(T)};
    const auto memory = TRY(frames.allocate_contiguous(base::Pages::holding(size)));
    std::byte* const place = Arch::physical_bytes(memory, size).data();
    T* first = nullptr;
    for (base::usize index = 0; index < count; ++index) {
        T* const made = make(place + index * sizeof(T), index);
        first = index == 0 ? made : first;
    }
    return std::span(first, count);
}

} // namespace

base::Result<void> ProcessorTable::create(std::span<const base::u32> hardware_ids, const time::Clock& clock,
                                          memory::FrameAllocator& frames) {
    epoch_places_ = TRY(make_array<epoch::Place>(
        hardware_ids.size(), frames, [](std::byte* place, base::usize) { return ::new (place) epoch::Place; }));
    processors_ = TRY(make_array<Processor>(hardware_ids.size(), frames, [&](std::byte* place, base::usize index) {
        return ::new (place) Processor(static_cast<base::u32>(index), hardware_ids[index], epoch_places_[index], clock);
    }));
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
