/// The one root object: what the kernel is made of, for as long as the machine runs.
#pragma once

#include "base/types.hpp"
#include "kernel/core/log.hpp"
#include "kernel/core/options.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/memory/kernel_space.hpp"
#include "kernel/platform/platform.hpp"
#include "kernel/processor/idle_meter.hpp"
#include "kernel/processor/processor_table.hpp"
#include "kernel/time/clock.hpp"
#include "libs/boot/boot_info.hpp"

namespace kernel::core {

/// Filled in boot order by start(); every part is usable from its step on.
struct Kernel {
    Log log;
    boot::BootInfo boot_info;
    Options options;
    memory::FrameAllocator frames;
    memory::KernelSpace space;
    platform::Platform platform;
    time::Clock clock;
    processor::ProcessorTable processors;
    processor::IdleMeter idle_meter;
    base::u64 entry_ticks = 0; ///< cycle counter at the first instruction that could read it
    base::u64 slide = 0;       ///< what was added to every link address of the image
};

/// The kernel.
Kernel& kernel();

} // namespace kernel::core
