#include "kernel/core/end.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::core {

void end(ExitCode code) {
    if (const base::u16 port = kernel().options.debug_exit_port; port != 0) {
        Arch::write_exit_port(port, static_cast<base::u8>(code));
    }
    Arch::stop();
}

} // namespace kernel::core
