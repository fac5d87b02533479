#include "kernel/memory/frame_source.hpp"

#include "base/address.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/sanitizer/kasan.hpp"

namespace kernel::memory {

using base::PhysicalAddress;
using base::u32;
using base::u64;

base::Result<std::span<std::byte>> FrameSource::allocate(u32 order) {
    const PhysicalAddress start =
        TRY(order == 0 ? frames_->allocate() : frames_->allocate(frame::Request{.order = order}));
    return Arch::physical_bytes(start, base::Pages{frame::frames_in(order)}.bytes());
}

void FrameSource::free(std::span<std::byte> block) {
    sanitizer::unpoison(block);
    const u64 map = Arch::physical_map_address(PhysicalAddress{0}).value();
    frames_->free(PhysicalAddress{base::address_of(block.data()) - map});
}

} // namespace kernel::memory
