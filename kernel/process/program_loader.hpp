/// Makes a process of a program in memory.
#pragma once

#include <span>

#include "base/result.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/thread/mapped_space.hpp"

namespace kernel::process {

/// Maps the ELF file `file` into `space`, from `window` on, paid for by `budget`. Answers where its code begins. Errors
/// as of elf::Image; NoMemory, OverBudget.
base::Result<base::VirtualAddress> load_program(std::span<const std::byte> file, object::AddressSpace& space,
                                                base::VirtualAddress window, budget::Budget& budget);

/// Writes `bytes` into `memory`, which is anonymous and mapped nowhere. NoMemory, OverBudget.
base::Result<void> fill(object::Memory& memory, base::Bytes offset, std::span<const std::byte> bytes);

} // namespace kernel::process
