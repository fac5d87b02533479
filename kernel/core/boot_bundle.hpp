/// The boot bundle among the modules that the boot loader left.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/bundle/bundle.hpp"

namespace kernel::core {

/// The first module that begins as a bundle does; nothing if none does. The memory must be mapped, and stays the
/// module's. Errors as of Bundle::open().
base::Result<std::optional<bundle::Bundle>> open_boot_bundle(const boot::BootInfo& info);

/// What is wrong with a bundle, for the console.
std::string_view describe(base::Error error);

} // namespace kernel::core
