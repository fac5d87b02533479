/// How an emulated machine ends. QEMU's exit status is `value * 2 + 1`.
#pragma once

#include "base/types.hpp"

namespace kernel::core {

enum class ExitCode : base::u8 {
    Success = 0x10,     ///< all that was asked for is done; QEMU exits with 33
    Panic = 0x11,       ///< a report was printed; 35
    TestsFailed = 0x12, ///< in-kernel tests ran and some failed; 37
    Refused = 0x13,     ///< one clear line says why the kernel cannot start; 39
};

} // namespace kernel::core
