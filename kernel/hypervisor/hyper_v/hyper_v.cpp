#include "kernel/hypervisor/hyper_v/hyper_v.hpp"

#include <new>

#include "kernel/arch/current.hpp"

namespace kernel::hypervisor {

using base::Result;
using base::u32;

HyperV::HyperV(std::span<const u32> hardware_ids, u32 leaves, memory::FrameAllocator& frames) : None(hardware_ids) {
    if ((Arch::hypervisor_leaf(leaves + hyperv::kFeatureLeaf).eax & hyperv::kHasReferencePage) == 0) {
        return;
    }
    if (const auto frame = frames.allocate_zeroed()) {
        page_ = ::new (Arch::physical_bytes(*frame, base::Bytes{base::kPageSize}).data()) hyperv::ReferencePage;
        Arch::write_hypervisor_register(hyperv::kReferencePageRegister, frame->value() | hyperv::kEnable);
    }
}

Result<ClockReading> HyperV::read_clock(u32) const {
    if (page_ == nullptr) {
        return base::Error::Unsupported;
    }
    const auto reading = TRY(page_->read(Arch::read_cycle_counter_in_order()));
    return ClockReading{reading.base, reading.sequence, "hyper-v page"};
}

} // namespace kernel::hypervisor
