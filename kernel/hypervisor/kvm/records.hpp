/// Memory that the host writes to.
#pragma once

#include <span>

#include "base/result.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "libs/kvm/processor_record.hpp"

namespace kernel::hypervisor {

/// One record for each of `count` processors, whose memory is never given back. The first lies at `address`. NoMemory.
base::Result<std::span<kvm::ProcessorRecord>> make_records(base::usize count, memory::FrameAllocator& frames,
                                                           base::PhysicalAddress& address);

} // namespace kernel::hypervisor
