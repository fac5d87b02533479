#include "kernel/core/boot_bundle.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/log_line.hpp"

namespace kernel::core {

base::Result<std::optional<bundle::Bundle>> open_boot_bundle(const boot::BootInfo& info) {
    for (const boot::Module& module : info.modules()) {
        const auto bytes = Arch::physical_bytes(module.start, module.size);
        if (bundle::Bundle::is_bundle(bytes)) {
            return std::optional(TRY(bundle::Bundle::open(bytes)));
        }
        LOG_INFO("module that is no boot bundle: {} bytes at {}", module.size, module.start);
    }
    return std::optional<bundle::Bundle>();
}

std::string_view describe(base::Error error) {
    return error == base::Error::Unsupported ? "it has another version's format" : "it is damaged or cut off";
}

} // namespace kernel::core
