/// Tells the compiler's own checks apart from what the hardware refuses: both arrive as exceptions.
#pragma once

#include "kernel/arch/x86_64/trap_frame.hpp"

namespace kernel::arch::x86_64 {

struct TrapCause {
    enum class Kind : base::u8 {
        Hardware,           ///< the exception is what its vector says
        WrongFunctionType,  ///< kCFI: an indirect call to a function of another type
        UndefinedBehaviour, ///< UBSan, with `detail` the number of its check
        LibraryCheck,       ///< a trap instruction placed by libc++'s hardening or by __builtin_trap
    };
    Kind kind;
    int detail;
};

/// Looks at the code that trapped. Reads kernel text only.
TrapCause cause_of(const TrapFrame& frame);

/// True: the instruction may be refused, and the frame goes on where its code looks at that. A table of the linker says
/// which instructions these are and where to go on.
bool recover_from(TrapFrame& frame);

/// The name of UBSan's check number `kind`, as clang's SanitizerHandler.h orders them.
std::string_view undefined_behaviour_name(int kind);

} // namespace kernel::arch::x86_64
