/// No hypervisor that we speak to.
#pragma once

#include <span>

#include "kernel/hypervisor/hypervisor.hpp"

namespace kernel::hypervisor {

/// What every machine can do by its hardware alone; `hardware_ids` by index outlive it.
class None {
  public:
    constexpr None() = default;

    explicit None(std::span<const base::u32> hardware_ids) : hardware_ids_(hardware_ids) {}

    [[nodiscard]] static std::string_view name() { return "none"; }

    static void enter_processor(base::u32) {}

    static void leave_processor() {}

    /// A processor is started by interrupts, kernel/processor: nobody can make one.
    static base::Result<void> create_vcpu(base::u32, base::PhysicalAddress) { return base::Error::Unsupported; }

    /// None: an emulator may let a processor that watches spin, or miss a store.
    static idle::Offer offered_waits() { return {}; }

    static void idle();

    static base::Result<base::Nanoseconds> stolen_time(base::u32) { return base::Error::Unsupported; }

    static bool is_preempted(base::u32) { return false; }

    static base::Result<base::PhysicalAddress> allocate_memory(base::Pages) { return base::Error::Unsupported; }

    static base::Result<void> give_back_memory(base::PhysicalAddress, base::Pages) { return base::Error::Unsupported; }

    static base::Result<void> bind_interrupt(base::u32, base::u8) { return base::Error::Unsupported; }

    /// One after the other.
    void interrupt(const cpu_set::CpuSet& cpus, base::u8 vector) const;

    static bool must_interrupt_to_flush(base::u32) { return true; }

    static base::Result<ClockReading> read_clock(base::u32) { return base::Error::Unsupported; }

    static base::u32 clock_version(base::u32) { return 0; }

    static bool take_stopped(base::u32) { return false; }

    static base::Result<base::Nanoseconds> read_wall_time() { return base::Error::Unsupported; }

    static base::Result<base::u64> call(base::u64, const std::array<base::u64, 4>&) { return base::Error::Unsupported; }

  protected:
    [[nodiscard]] base::u32 hardware_id(base::u32 cpu) const { return hardware_ids_[cpu]; }

  private:
    std::span<const base::u32> hardware_ids_;
};

static_assert(HypervisorInterface<None>);

} // namespace kernel::hypervisor
