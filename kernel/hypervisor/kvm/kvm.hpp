/// KVM beneath: [kvm], Linux' Documentation/virt/kvm/x86.
#pragma once

#include "kernel/hypervisor/kvm/records.hpp"
#include "kernel/hypervisor/none/none.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "libs/kvm/features.hpp"
#include "libs/kvm/processor_record.hpp"

namespace kernel::hypervisor {

/// Uses what the feature leaf offers; the rest is None's. Made by the processor that boots; each processor uses its own
/// record, and reads and flags the others'.
class Kvm : public None {
  public:
    /// `leaves`: the first of KVM's. NoMemory for the records.
    static base::Result<Kvm> create(std::span<const base::u32> hardware_ids, base::u32 leaves,
                                    memory::FrameAllocator& frames);

    [[nodiscard]] static std::string_view name() { return "kvm"; }

    [[nodiscard]] const kvm::Features& features() const { return features_; }

    [[nodiscard]] const kvm::ProcessorRecord& record(base::u32 cpu) const { return records_[cpu]; }

    void enter_processor(base::u32 cpu);
    void leave_processor();
    [[nodiscard]] idle::Offer offered_waits() const;
    [[nodiscard]] base::Result<base::Nanoseconds> stolen_time(base::u32 cpu) const;
    [[nodiscard]] bool is_preempted(base::u32 cpu) const;
    void interrupt(const cpu_set::CpuSet& cpus, base::u8 vector) const;
    bool must_interrupt_to_flush(base::u32 cpu);
    [[nodiscard]] base::Result<ClockReading> read_clock(base::u32 cpu) const;
    [[nodiscard]] base::u32 clock_version(base::u32 cpu) const;
    bool take_stopped(base::u32 cpu);
    [[nodiscard]] base::Result<base::Nanoseconds> read_wall_time() const;
    static base::Result<base::u64> call(base::u64 number, const std::array<base::u64, 4>& arguments);

  private:
    Kvm(std::span<const base::u32> hardware_ids, kvm::Features features) : None(hardware_ids), features_(features) {}

    [[nodiscard]] bool has(kvm::Feature feature) const { return features_.has(feature); }

    std::span<kvm::ProcessorRecord> records_;
    base::PhysicalAddress records_address_{0};
    base::PhysicalAddress wall_clock_{0}; ///< frame for the host's answer
    kvm::Features features_;
};

static_assert(HypervisorInterface<Kvm>);

} // namespace kernel::hypervisor
