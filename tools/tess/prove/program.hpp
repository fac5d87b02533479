/// What a program's file says of itself in its notes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abi/permissions.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "tools/tess/system/words.hpp"

namespace tess::prove {

/// A need, or an offer.
struct Declared {
    std::string name;
    system::Protocol protocol; ///< of objects of the kernel "kernel.Debug", major 0
    abi::Permissions permissions;
    bool optional = false;
};

struct Program {
    std::optional<base::u32> abi_version; ///< none: it says nothing of itself
    std::vector<Declared> needs;
    std::vector<Declared> offers;
    base::u64 image_bytes = 0; ///< in memory, whole pages
    base::u64 heap_bytes = 0;  ///< at most
};

/// Corrupt: no program, or its notes are damaged; Unsupported: a program of another kind, see elf::Image.
base::Result<Program> read_program(std::span<const std::byte> file);

} // namespace tess::prove
