#include "kernel/hypervisor/chosen.hpp"

#include "kernel/arch/current.hpp"
#include "libs/hypervisor/identify.hpp"

namespace kernel::hypervisor {

base::Result<void> Hypervisor::choose(std::span<const base::u32> hardware_ids, memory::FrameAllocator& frames) {
    backend_ = None(hardware_ids);
    if (!Arch::has_hypervisor()) {
        return {};
    }
    const ::hypervisor::Identification found(Arch::hypervisor_leaf);
    if (const auto* kvm = found.find(::hypervisor::Kind::Kvm)) {
        // Also where Hyper-V's leaves come first: KVM imitates it, and its own services need no detour.
        backend_ = TRY(Kvm::create(hardware_ids, kvm->base, frames));
    } else if (const auto* hyper_v = found.find(::hypervisor::Kind::HyperV)) {
        backend_ = HyperV(hardware_ids, hyper_v->base, frames);
    }
    return {};
}

} // namespace kernel::hypervisor
