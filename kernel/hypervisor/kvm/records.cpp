#include "kernel/hypervisor/kvm/records.hpp"

#include <new>

#include "kernel/arch/current.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: an array made by placement in memory that was allocated for just so many.

namespace kernel::hypervisor {

base::Result<std::span<kvm::ProcessorRecord>> make_records(base::usize count, memory::FrameAllocator& frames,
                                                           base::PhysicalAddress& address) {
    const base::Bytes size{count * sizeof(kvm::ProcessorRecord)};
    address = TRY(frames.allocate_contiguous(base::Pages::holding(size)));
    std::byte* const place = Arch::physical_bytes(address, size).data();
    kvm::ProcessorRecord* first = nullptr;
    for (base::usize index = 0; index < count; ++index) {
        auto* const made = ::new (place + index * sizeof(kvm::ProcessorRecord)) kvm::ProcessorRecord;
        first = index == 0 ? made : first;
    }
    return std::span(first, count);
}

} // namespace kernel::hypervisor

#pragma clang unsafe_buffer_usage end
