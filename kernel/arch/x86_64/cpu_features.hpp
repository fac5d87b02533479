/// Which features of the processor are required, used and reported: one table, which the boot log prints.
#pragma once

#include <string_view>

#include "base/format.hpp"
#include "base/types.hpp"

namespace kernel::arch::x86_64 {

enum class FeatureUse : base::u8 {
    Required, ///< the kernel refuses to start without it
    Used,     ///< taken where present
    Ignored,  ///< reported only
};

enum class CpuidRegister : base::u8 { Eax, Ebx, Ecx, Edx };

struct CpuFeature {
    std::string_view name;
    FeatureUse use;
    base::u32 leaf;
    CpuidRegister where;
    base::u8 bit;
};

/// Whether the processor this runs on has `feature`.
bool has(const CpuFeature& feature);

/// Whether the processor has the feature of this name; the name stands in the table.
bool has_named(std::string_view name);

/// The first required feature that is missing, or null.
const CpuFeature* missing_feature();

/// Prints the names of the features with this `use` that are present, separated by blanks.
void print_features(base::TextSink& sink, FeatureUse use);

} // namespace kernel::arch::x86_64
