#include "kernel/arch/x86_64/debug_port.hpp"

#include "kernel/arch/x86_64/cpu.hpp"

namespace kernel::arch::x86_64 {

void DebugPort::initialize(bool under_xen) { present_ = under_xen || Cpu::in8(kPort) == kPort; }

void DebugPort::write(std::string_view text) {
    if (!present_) {
        return;
    }
    for (const char character : text) {
        Cpu::out8(kPort, static_cast<base::u8>(character));
    }
}

} // namespace kernel::arch::x86_64
