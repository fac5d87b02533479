#include "kernel/hypervisor/kvm/kvm.hpp"

#include <cstring>

#include "kernel/arch/current.hpp"
#include "libs/kvm/ipi_batches.hpp"
#include "libs/kvm/numbers.hpp"

namespace kernel::hypervisor {

using base::Bytes;
using base::i64;
using base::Nanoseconds;
using base::PhysicalAddress;
using base::Result;
using base::u32;
using base::u64;
using base::u8;
using kvm::Feature;

namespace {

void write(kvm::Register target, u64 value) { Arch::write_hypervisor_register(static_cast<u32>(target), value); }

} // namespace

Result<Kvm> Kvm::create(std::span<const u32> hardware_ids, u32 leaves, memory::FrameAllocator& frames) {
    const auto leaf = Arch::hypervisor_leaf(leaves + 1);
    Kvm made(hardware_ids, kvm::Features(leaf.eax, leaf.edx));
    made.records_ = TRY(make_records(hardware_ids.size(), frames, made.records_address_));
    made.wall_clock_ = TRY(frames.allocate_zeroed());
    return made;
}

void Kvm::enter_processor(u32 cpu) {
    const PhysicalAddress record = records_address_ + Bytes{cpu * sizeof(kvm::ProcessorRecord)};
    const auto place_of = [&](base::usize offset) { return (record + Bytes{offset}).value() | kvm::kEnable; };
    if (has(Feature::ClockSource2)) {
        write(kvm::Register::SystemTime, place_of(offsetof(kvm::ProcessorRecord, time)));
    }
    if (has(Feature::StealTime)) {
        write(kvm::Register::StealTime, place_of(offsetof(kvm::ProcessorRecord, steal)));
    }
    if (has(Feature::EndOfInterrupt)) {
        write(kvm::Register::EndOfInterrupt, place_of(offsetof(kvm::ProcessorRecord, end_of_interrupt)));
        Arch::use_end_of_interrupt(&records_[cpu].end_of_interrupt);
    }
    if (has(Feature::PollControl)) {
        write(kvm::Register::PollControl, features_.is_real_time() ? kvm::kGuestPolls : kvm::kHostPolls);
    }
}

void Kvm::leave_processor() {
    Arch::use_end_of_interrupt(nullptr);
    if (has(Feature::EndOfInterrupt)) {
        write(kvm::Register::EndOfInterrupt, 0);
    }
    if (has(Feature::StealTime)) {
        write(kvm::Register::StealTime, 0);
    }
    if (has(Feature::ClockSource2)) {
        write(kvm::Register::SystemTime, 0);
    }
}

/// KVM shows MONITOR only to guests whose processors it leaves to them: [kvm] api.rst, KVM_X86_DISABLE_EXITS_MWAIT.
idle::Offer Kvm::offered_waits() const {
    return {.is_watching = Arch::can_watch(), .is_dedicated = features_.is_real_time()};
}

Result<Nanoseconds> Kvm::stolen_time(u32 cpu) const {
    if (!has(Feature::StealTime)) {
        return base::Error::Unsupported;
    }
    return records_[cpu].steal.stolen();
}

bool Kvm::is_preempted(u32 cpu) const { return has(Feature::StealTime) && records_[cpu].steal.is_preempted(); }

void Kvm::interrupt(const cpu_set::CpuSet& cpus, u8 vector) const {
    if (!has(Feature::SendIpi) || cpus.count() < 2) {
        return None::interrupt(cpus, vector); // one exit, either way
    }
    kvm::IpiBatches batches([vector](const kvm::IpiBatch& batch) {
        Arch::hypercall(static_cast<u64>(kvm::Hypercall::SendIpi), {batch.low, batch.high, batch.first, vector});
    });
    cpus.for_each([&](u32 cpu) { batches.add(hardware_id(cpu)); });
    batches.finish();
}

bool Kvm::must_interrupt_to_flush(u32 cpu) {
    if (!has(Feature::TlbFlush) || !has(Feature::StealTime) || features_.is_real_time()) {
        return true;
    }
    return !records_[cpu].steal.flush_on_entry();
}

Result<ClockReading> Kvm::read_clock(u32 cpu) const {
    if (!has(Feature::ClockSource2)) {
        return base::Error::Unsupported;
    }
    const auto reading = TRY(records_[cpu].time.read());
    // The flag means something only where the leaf says so: [kvm] cpuid.rst, KVM_FEATURE_CLOCKSOURCE_STABLE_BIT.
    if (!has(Feature::StableClock) || !reading.is_stable) {
        return base::Error::Unsupported;
    }
    return ClockReading{reading.base, reading.version, "kvmclock"};
}

u32 Kvm::clock_version(u32 cpu) const { return has(Feature::ClockSource2) ? records_[cpu].time.version() : 0; }

bool Kvm::take_stopped(u32 cpu) { return has(Feature::ClockSource2) && records_[cpu].time.take_stopped(); }

Result<Nanoseconds> Kvm::read_wall_time() const {
    if (!has(Feature::ClockSource2)) {
        return base::Error::Unsupported;
    }
    write(kvm::Register::WallClock, wall_clock_.value());
    kvm::WallClock at_zero{};
    std::memcpy(&at_zero, Arch::physical_bytes(wall_clock_, Bytes{sizeof(at_zero)}).data(), sizeof(at_zero));
    const Nanoseconds start = TRY(at_zero.read());
    // Not stable means different from one processor to the next by less than anybody sees in the time of day.
    const auto now = TRY(records_[static_cast<u32>(Arch::cpu_index())].time.read());
    return start + now.base.at(Arch::read_cycle_counter_in_order());
}

Result<u64> Kvm::call(u64 number, const std::array<u64, 4>& arguments) {
    const u64 answer = Arch::hypercall(number, arguments);
    if (static_cast<i64>(answer) == kvm::kNoSuchCall) {
        return base::Error::Unsupported;
    }
    return static_cast<i64>(answer) < 0 ? Result<u64>{base::Error::InvalidArgument} : Result<u64>{answer};
}

} // namespace kernel::hypervisor
