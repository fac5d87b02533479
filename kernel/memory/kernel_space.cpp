#include "kernel/memory/kernel_space.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "kernel/sanitizer/kasan.hpp"

namespace kernel::memory {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::VirtualAddress;
using page_table::Access;
using page_table::Cache;
using page_table::Owner;

namespace {

constexpr Bytes kPage{base::kPageSize};

} // namespace

Result<VirtualAddress> KernelSpace::map_device(PhysicalAddress start, Bytes size) {
    const PhysicalAddress first = start.align_down(kPage);
    const Bytes whole = ((start + size).align_up(kPage)) - first;
    if (first + whole < first || map_->is_any_usable(first, whole)) {
        return Error::AccessDenied;
    }
    return devices_used_.with([&](Bytes& used) -> Result<VirtualAddress> {
        if (whole > Arch::kDeviceRegionBytes - used) {
            return Error::OutOfRange;
        }
        const VirtualAddress place = Arch::kDeviceRegion + used;
        KernelTables tables(*frames_);
        KernelMapper mapper(tables, Arch::kernel_tables(), 0);
        TRY(mapper.map(place, first, whole, Access::ReadWrite, Owner::Kernel, Cache::Uncached));
        used += whole;
        return place + (start - first);
    });
}

Result<void> KernelSpace::map_fresh(VirtualAddress start, Bytes size) {
    KernelTables tables(*frames_);
    KernelMapper mapper(tables, Arch::current_tables(), 0);
    for (Bytes done{0}; done < size; done += kPage) {
        const PhysicalAddress frame = TRY(frames_->allocate_zeroed());
        TRY(mapper.map(start + done, frame, kPage, Access::ReadWrite, Owner::Kernel));
    }
    return sanitizer::cover(Arch::virtual_bytes(start, size), *frames_) ? Result<void>{} : Error::NoMemory;
}

} // namespace kernel::memory
