#include "kernel/arch/x86_64/cpu_features.hpp"

#include <array>

#include "kernel/arch/x86_64/cpu.hpp"

namespace kernel::arch::x86_64 {

namespace {

using enum FeatureUse;
using enum CpuidRegister;

constexpr base::u32 kExtendedLeaf = 0x80000000;

constexpr std::array kFeatures{
    CpuFeature{"TSC", Required, 1, Edx, 4},
    CpuFeature{"MSR", Required, 1, Edx, 5},
    CpuFeature{"PAE", Required, 1, Edx, 6},
    CpuFeature{"APIC", Required, 1, Edx, 9},
    CpuFeature{"PGE", Required, 1, Edx, 13},
    CpuFeature{"CMOV", Required, 1, Edx, 15},
    CpuFeature{"FXSR", Required, 1, Edx, 24},
    CpuFeature{"SSE", Required, 1, Edx, 25},
    CpuFeature{"SSE2", Required, 1, Edx, 26},
    CpuFeature{"CMPXCHG16B", Required, 1, Ecx, 13},
    CpuFeature{"SYSCALL", Required, 0x80000001, Edx, 11},
    CpuFeature{"NX", Required, 0x80000001, Edx, 20},
    CpuFeature{"LM", Required, 0x80000001, Edx, 29},
    CpuFeature{"MCE", Used, 1, Edx, 7},
    CpuFeature{"MCA", Used, 1, Edx, 14},
    CpuFeature{"MONITOR", Used, 1, Ecx, 3},
    CpuFeature{"RDRAND", Used, 1, Ecx, 30},
    CpuFeature{"SMEP", Used, 7, Ebx, 7},
    CpuFeature{"SMAP", Used, 7, Ebx, 20},
    CpuFeature{"UMIP", Used, 7, Ecx, 2},
    CpuFeature{"PDPE1GB", Used, 0x80000001, Edx, 26},
    CpuFeature{"FSGSBASE", Used, 7, Ebx, 0},
    CpuFeature{"PCID", Used, 1, Ecx, 17},
    CpuFeature{"PKU", Used, 7, Ecx, 3},
    CpuFeature{"CET-IBT", Used, 7, Edx, 20},
    CpuFeature{"XSAVE", Used, 1, Ecx, 26},
    CpuFeature{"AVX", Used, 1, Ecx, 28},
    CpuFeature{"AVX2", Used, 7, Ebx, 5},
    CpuFeature{"AVX512F", Used, 7, Ebx, 16},
    CpuFeature{"X2APIC", Used, 1, Ecx, 21},
    CpuFeature{"TSC-DEADLINE", Used, 1, Ecx, 24},
    CpuFeature{"HYPERVISOR", Ignored, 1, Ecx, 31},
    CpuFeature{"INVPCID", Used, 7, Ebx, 10},
    CpuFeature{"LA57", Ignored, 7, Ecx, 16},
    CpuFeature{"INVARIANT-TSC", Ignored, 0x80000007, Edx, 8},
};

base::u32 pick(const CpuidResult& result, CpuidRegister where) {
    switch (where) {
    case Eax: return result.eax;
    case Ebx: return result.ebx;
    case Ecx: return result.ecx;
    case Edx: return result.edx;
    }
    return 0;
}

} // namespace

bool has(const CpuFeature& feature) {
    // A leaf above the largest answers with another leaf's data.
    const base::u32 largest = Cpu::cpuid(feature.leaf & kExtendedLeaf).eax;
    if (feature.leaf > largest) {
        return false;
    }
    return (pick(Cpu::cpuid(feature.leaf), feature.where) >> feature.bit & 1) != 0;
}

bool has_named(std::string_view name) {
    for (const CpuFeature& feature : kFeatures) {
        if (feature.name == name) {
            return has(feature);
        }
    }
    return false;
}

const CpuFeature* missing_feature() {
    for (const CpuFeature& feature : kFeatures) {
        if (feature.use == Required && !has(feature)) {
            return &feature;
        }
    }
    return nullptr;
}

void print_features(base::TextSink& sink, FeatureUse use) {
    std::string_view gap;
    for (const CpuFeature& feature : kFeatures) {
        if (feature.use == use && has(feature)) {
            base::print(sink, "{}{}", gap, feature.name);
            gap = " ";
        }
    }
}

} // namespace kernel::arch::x86_64
