/// The hypervisor that this machine runs under, as the kernel uses it.
#pragma once

#include <variant>

#include "kernel/hypervisor/hyper_v/hyper_v.hpp"
#include "kernel/hypervisor/kvm/kvm.hpp"
#include "kernel/hypervisor/none/none.hpp"

namespace kernel::hypervisor {

/// One of the backends, chosen once at boot. Satisfies their contract itself: a call is a test of which it is, and a
/// direct call. Until choose() it is None.
class Hypervisor {
    /// std::visit would call through a table.
    template <class Self, class Use>
    static decltype(auto) visit_as(Self& self, Use use) {
        if (auto* const kvm = std::get_if<Kvm>(&self)) {
            return use(*kvm);
        }
        if (auto* const hyper_v = std::get_if<HyperV>(&self)) {
            return use(*hyper_v);
        }
        return use(*std::get_if<None>(&self));
    }

    template <class Use>
    decltype(auto) visit(Use use) {
        return visit_as(backend_, use);
    }

    template <class Use>
    decltype(auto) visit(Use use) const {
        return visit_as(backend_, use);
    }

  public:
    /// By CPUID: KVM where it shows itself, else Hyper-V, else None. `hardware_ids` of all processors by index outlive
    /// it. NoMemory for what it shares with the host; then it is None.
    base::Result<void> choose(std::span<const base::u32> hardware_ids, memory::FrameAllocator& frames);

    [[nodiscard]] std::string_view name() const {
        return visit([](const auto& backend) { return backend.name(); });
    }

    /// Null if it is another.
    [[nodiscard]] Kvm* kvm() { return std::get_if<Kvm>(&backend_); }

    void enter_processor(base::u32 cpu) {
        visit([cpu](auto& backend) { backend.enter_processor(cpu); });
    }

    void leave_processor() {
        visit([](auto& backend) { backend.leave_processor(); });
    }

    base::Result<void> create_vcpu(base::u32 id, base::PhysicalAddress entry) {
        return visit([&](auto& backend) { return backend.create_vcpu(id, entry); });
    }

    [[nodiscard]] idle::Offer offered_waits() const {
        return visit([](const auto& backend) { return backend.offered_waits(); });
    }

    void idle() {
        visit([](auto& backend) { backend.idle(); });
    }

    [[nodiscard]] base::Result<base::Nanoseconds> stolen_time(base::u32 cpu) const {
        return visit([cpu](const auto& backend) { return backend.stolen_time(cpu); });
    }

    [[nodiscard]] bool is_preempted(base::u32 cpu) const {
        return visit([cpu](const auto& backend) { return backend.is_preempted(cpu); });
    }

    base::Result<base::PhysicalAddress> allocate_memory(base::Pages pages) {
        return visit([pages](auto& backend) { return backend.allocate_memory(pages); });
    }

    base::Result<void> give_back_memory(base::PhysicalAddress start, base::Pages pages) {
        return visit([&](auto& backend) { return backend.give_back_memory(start, pages); });
    }

    base::Result<void> bind_interrupt(base::u32 source, base::u8 vector) {
        return visit([&](auto& backend) { return backend.bind_interrupt(source, vector); });
    }

    void interrupt(const cpu_set::CpuSet& cpus, base::u8 vector) {
        visit([&](auto& backend) { backend.interrupt(cpus, vector); });
    }

    bool must_interrupt_to_flush(base::u32 cpu) {
        return visit([cpu](auto& backend) { return backend.must_interrupt_to_flush(cpu); });
    }

    [[nodiscard]] base::Result<ClockReading> read_clock(base::u32 cpu) const {
        return visit([cpu](const auto& backend) { return backend.read_clock(cpu); });
    }

    [[nodiscard]] base::u32 clock_version(base::u32 cpu) const {
        return visit([cpu](const auto& backend) { return backend.clock_version(cpu); });
    }

    bool take_stopped(base::u32 cpu) {
        return visit([cpu](auto& backend) { return backend.take_stopped(cpu); });
    }

    base::Result<base::Nanoseconds> read_wall_time() {
        return visit([](auto& backend) { return backend.read_wall_time(); });
    }

    base::Result<base::u64> call(base::u64 number, const std::array<base::u64, 4>& arguments) {
        return visit([&](auto& backend) { return backend.call(number, arguments); });
    }

  private:
    std::variant<None, Kvm, HyperV> backend_;
};

static_assert(HypervisorInterface<Hypervisor>);

} // namespace kernel::hypervisor
