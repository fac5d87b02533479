/// The contract between the kernel and the hypervisor beneath it.
#pragma once

#include <array>
#include <concepts>
#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/cpu_set/cpu_set.hpp"
#include "libs/idle/governor.hpp"
#include "libs/timekeeping/clock_page.hpp"

namespace kernel::hypervisor {

/// What the hypervisor says of time. Its zero is its own.
struct ClockReading {
    timekeeping::ClockBase base; ///< for the counters of all processors, which are in step
    base::u32 version = 0;       ///< another one: the base no longer holds
    std::string_view name;       ///< of the clock
};

/// What a backend offers; a folder beside this file satisfies it. Calls act on the processor that makes them, or name
/// another by its index. Unsupported: there is no such service; then the kernel uses the virtual hardware.
template <class H>
concept HypervisorInterface = requires(H& hypervisor, const H& constant, base::u32 cpu, base::u32 number,
                                       base::u8 vector, base::u64 call, const std::array<base::u64, 4>& arguments,
                                       base::PhysicalAddress address, base::Pages pages, const cpu_set::CpuSet& cpus) {
    { constant.name() } -> std::same_as<std::string_view>;

    // Processors. Each enters when it comes up and leaves before the machine is reset or handed over: from then on
    // the host writes nothing into our memory on its behalf.
    { hypervisor.enter_processor(cpu) };
    { hypervisor.leave_processor() };
    { hypervisor.create_vcpu(number, address) } -> std::same_as<base::Result<void>>; ///< id, first instruction
    { constant.offered_waits() } -> std::same_as<idle::Offer>;                       ///< beside idle()
    { hypervisor.idle() }; ///< until an interrupt; they are on meanwhile and off again afterwards
    { constant.stolen_time(cpu) } -> std::same_as<base::Result<base::Nanoseconds>>; ///< it could run, others did
    { constant.is_preempted(cpu) } -> std::same_as<bool>; ///< others run in its place now; perhaps also if it is idle

    // Memory.
    { hypervisor.allocate_memory(pages) } -> std::same_as<base::Result<base::PhysicalAddress>>;
    { hypervisor.give_back_memory(address, pages) } -> std::same_as<base::Result<void>>;

    // Interrupts. Their end is a word of the processor that enter_processor() announces: Arch::end_of_interrupt().
    { hypervisor.bind_interrupt(number, vector) } -> std::same_as<base::Result<void>>; ///< a source of its own kind
    { hypervisor.interrupt(cpus, vector) };                                            ///< `cpus` may be empty

    // Translations: whether the processor must be interrupted to flush. If not, it does not run, and the
    // hypervisor flushes all its translations before it runs again.
    { hypervisor.must_interrupt_to_flush(cpu) } -> std::same_as<bool>;

    // Time.
    { constant.read_clock(cpu) } -> std::same_as<base::Result<ClockReading>>;
    { constant.clock_version(cpu) } -> std::same_as<base::u32>; ///< cheap: 0 where there is no clock
    { hypervisor.take_stopped(cpu) } -> std::same_as<bool>;     ///< the host stopped the guest since last asked
    /// Nanoseconds since 1970 now.
    { hypervisor.read_wall_time() } -> std::same_as<base::Result<base::Nanoseconds>>;

    { hypervisor.call(call, arguments) } -> std::same_as<base::Result<base::u64>>;
};

} // namespace kernel::hypervisor
