/// Instructions of a piece of a program of the host, exactly, and without any tool.
#pragma once

#include <optional>

#include "base/types.hpp"

namespace tests::bench {

/// Runs `work` in a child process, one instruction at a time, and counts them: those that user space executes. Nothing:
/// the host does not let a process be traced, or the work failed.
std::optional<base::u64> count_instructions(bool (*work)(base::u64 rounds), base::u64 rounds);

} // namespace tests::bench
