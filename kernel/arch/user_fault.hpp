/// What user code did that the processor refused, in words of no architecture.
#pragma once

#include <string_view>

#include "base/types.hpp"
#include "base/units.hpp"

namespace kernel::arch {

enum class FaultKind : base::u8 {
    Page, ///< `page` says more
    Breakpoint,
    SingleStep,
    InvalidInstruction,
    Protection, ///< a privileged instruction, or an address that no table can map
    Arithmetic, ///< division, or an unmasked exception of floating point
    Other,
};

enum class FaultAccess : base::u8 { Read, Write, Execute };

struct PageFault {
    base::VirtualAddress address{0};
    FaultAccess access = FaultAccess::Read;
    bool present = false; ///< something is mapped there, but not for this access
};

struct UserFault {
    FaultKind kind = FaultKind::Other;
    base::u64 code = 0; ///< the processor's own number of it
    PageFault page;     ///< only of FaultKind::Page
};

} // namespace kernel::arch
