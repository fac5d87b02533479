/// The one root object: what the kernel is made of, for as long as the machine runs.
#pragma once

#include <atomic>
#include <optional>

#include "base/types.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/core/log.hpp"
#include "kernel/core/options.hpp"
#include "kernel/core/random.hpp"
#include "kernel/hypervisor/chosen.hpp"
#include "kernel/interrupt/io_apics.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/memory/frame_source.hpp"
#include "kernel/memory/kernel_space.hpp"
#include "kernel/platform/pci_configuration.hpp"
#include "kernel/platform/platform.hpp"
#include "kernel/platform/virtio_devices.hpp"
#include "kernel/processor/counter_check.hpp"
#include "kernel/processor/idle_meter.hpp"
#include "kernel/processor/processor_table.hpp"
#include "kernel/processor/trace.hpp"
#include "kernel/thread/group.hpp"
#include "kernel/thread/placement.hpp"
#include "kernel/time/clock.hpp"
#include "kernel/time/clock_watch.hpp"
#include "kernel/time/hpet_alarms.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/budget/tree.hpp"
#include "libs/bundle/bundle.hpp"
#include "libs/epoch/epochs.hpp"

namespace kernel::object {
class Objects;
} // namespace kernel::object

namespace kernel::process {
class ProcessObjects;
} // namespace kernel::process

namespace kernel::core {

/// Filled in boot order by start(); every part is usable from its step on.
struct Kernel {
    Log log;
    boot::BootInfo boot_info;
    std::optional<bundle::Bundle> bundle; ///< the boot bundle, where the door brought one
    Options options;
    memory::FrameAllocator frames;
    memory::FrameSource frame_source{frames};
    memory::KernelSpace space;
    budget::Tree<KernelLock, kBudgetTreeLock> budgets{budget::kNoLimits}; ///< its root is the machine
    Random random;
    platform::Platform platform;
    platform::PciConfiguration pci;
    platform::VirtioDevices virtio_devices;
    interrupt::IoApics io_apics;
    hypervisor::Hypervisor hypervisor;
    time::Clock clock;
    time::ClockWatch clock_watch{clock, hypervisor};
    time::HpetAlarms alarms; ///< not open where the processors' own timers are used
    processor::ProcessorTable processors;
    thread::Placement placement;
    thread::Groups groups;
    processor::IdleMeter idle_meter;
    processor::CounterCheck counter_check;
    processor::Trace trace; ///< off at first
    epoch::Epochs epochs;
    object::Objects* objects = nullptr;                 ///< made when the processors are known
    process::ProcessObjects* process_objects = nullptr; ///< the same
    std::atomic<base::u64> last_object_id{0};           ///< ids name objects in reports; none is given twice
    base::u64 entry_ticks = 0;                          ///< cycle counter at the first instruction that could read it
    base::u64 slide = 0;                                ///< what was added to every link address of the image
};

/// Makes the kernel: the first step of all.
void make_kernel();

/// The kernel.
Kernel& kernel();

} // namespace kernel::core
