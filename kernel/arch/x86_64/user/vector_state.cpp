#include "kernel/arch/x86_64/user/vector_state.hpp"

#include <cstring>

#include "base/assert.hpp"
#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u16;
using base::u32;
using base::u64;

constinit VectorState the_vector_state{};

constexpr u32 kStateLeaf = 0xd;

// Control bits, [intel/vol3] 2.5.
constexpr u64 kMonitorCoprocessor = 1 << 1;
constexpr u64 kEmulation = 1 << 2;
constexpr u64 kTaskSwitched = 1 << 3;
constexpr u64 kNativeErrors = 1 << 5;
constexpr u64 kSaveSse = 1 << 9;
constexpr u64 kSseExceptions = 1 << 10;
constexpr u64 kSaveExtended = 1 << 18;

// Where things lie in an area, [intel/vol1] 13.4.
constexpr base::usize kControlWord = 0;
constexpr base::usize kSseControl = 24;
constexpr base::usize kCompaction = 520;
constexpr u16 kInitialControlWord = 0x37f;
constexpr u32 kInitialSseControl = 0x1f80;

bool is_dense(VectorSaving saving) { return saving == VectorSaving::Xsavec || saving == VectorSaving::Xsaves; }

VectorSaving best_saving() {
    const u32 offered = Cpu::cpuid(kStateLeaf, 1).eax;
    if ((offered & 1 << 3) != 0) {
        return VectorSaving::Xsaves;
    }
    if ((offered & 1) != 0) {
        return VectorSaving::Xsaveopt;
    }
    return (offered & 1 << 1) != 0 ? VectorSaving::Xsavec : VectorSaving::Xsave;
}

} // namespace

VectorControl VectorControl::of_processor() {
    VectorControl result;
    asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(result.sse), "=m"(result.x87));
    return result;
}

void VectorControl::load() const { asm volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(sse), "m"(x87)); }

VectorState& vector_state() { return the_vector_state; }

/// Those that the processor has of the ones that user code may use.
u64 VectorState::usable_states() {
    const u64 offered = Cpu::cpuid(kStateLeaf).eax;
    u64 states = kX87AndSse;
    if (has_named("AVX") && (offered & kAvx) != 0) {
        states |= kAvx;
        if (has_named("AVX512F") && (offered & kAvx512) == kAvx512) {
            states |= kAvx512;
        }
    }
    return states;
}

void VectorState::enable() {
    Cpu::write_cr0((Cpu::read_cr0() & ~(kEmulation | kTaskSwitched)) | kMonitorCoprocessor | kNativeErrors);
    const bool is_extended = has_named("XSAVE");
    Cpu::write_cr4(Cpu::read_cr4() | kSaveSse | kSseExceptions | (is_extended ? kSaveExtended : 0));
    if (!chosen_ && is_extended) {
        saving_ = best_saving();
        states_ = usable_states();
    }
    if (is_extended) {
        Cpu::write_xcr0(states_);
    }
    if (saving_ == VectorSaving::Xsaves) {
        Cpu::write_msr(Msr::SupervisorStates, 0);
    }
    if (!chosen_) {
        choose();
    }
}

void VectorState::choose() {
    chosen_ = true;
    if (saving_ != VectorSaving::Fxsave) {
        // Both sizes are of the states that are enabled now.
        area_bytes_ = base::Bytes{Cpu::cpuid(kStateLeaf, is_dense(saving_) ? 1 : 0).ebx};
    }
    make_initial();
}

void VectorState::make_initial() {
    std::memcpy(&initial_.at(kControlWord), &kInitialControlWord, sizeof(kInitialControlWord));
    std::memcpy(&initial_.at(kSseControl), &kInitialSseControl, sizeof(kInitialSseControl));
    if (is_dense(saving_)) {
        const u64 compaction = 1ULL << 63 | states_;
        std::memcpy(&initial_.at(kCompaction), &compaction, sizeof(compaction));
    }
}

void VectorState::save(std::span<std::byte> area) const {
    ASSERT(area.size() >= area_bytes_.value());
    std::byte* const place = area.data();
    const u32 low = ~0U;
    // SAFETY: the area is aligned and as large as the processor says; each instruction writes no further.
    switch (saving_) {
    case VectorSaving::Fxsave: asm volatile("fxsave64 (%0)" : : "r"(place) : "memory"); return;
    case VectorSaving::Xsave: asm volatile("xsave64 (%0)" : : "r"(place), "a"(low), "d"(low) : "memory"); return;
    case VectorSaving::Xsavec: asm volatile("xsavec64 (%0)" : : "r"(place), "a"(low), "d"(low) : "memory"); return;
    case VectorSaving::Xsaveopt: asm volatile("xsaveopt64 (%0)" : : "r"(place), "a"(low), "d"(low) : "memory"); return;
    case VectorSaving::Xsaves: asm volatile("xsaves64 (%0)" : : "r"(place), "a"(low), "d"(low) : "memory"); return;
    }
}

void VectorState::restore(std::span<const std::byte> area) const {
    ASSERT(area.size() >= area_bytes_.value());
    load(area.data());
}

void VectorState::restore_initial() const { load(initial_.data()); }

void VectorState::load(const std::byte* area) const {
    const u32 low = ~0U;
    // SAFETY: user code cannot write the area, so what is loaded is what save() or make_initial() left there.
    switch (saving_) {
    case VectorSaving::Fxsave: asm volatile("fxrstor64 (%0)" : : "r"(area) : "memory"); return;
    case VectorSaving::Xsaves: asm volatile("xrstors64 (%0)" : : "r"(area), "a"(low), "d"(low) : "memory"); return;
    case VectorSaving::Xsave:
    case VectorSaving::Xsavec:
    case VectorSaving::Xsaveopt: asm volatile("xrstor64 (%0)" : : "r"(area), "a"(low), "d"(low) : "memory"); return;
    }
}

} // namespace kernel::arch::x86_64
