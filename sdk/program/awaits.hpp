/// The coroutines that wait for the one that runs, found without anything that a running program would pay for.
#pragma once

#include <array>
#include <span>

#include "sdk/runtime/panic.hpp"

namespace sdk {

/// Where frames and Jobs can lie.
struct Ranges {
    std::span<const std::byte> heap;
    std::span<const std::byte> stack; ///< from what is in use to its end
};

/// Fills `awaits` with the resume functions of the chain that runs on this thread, innermost first. It is looked for on
/// the stack: a word there that names a frame whose Job belongs to this thread's executor. Nothing that it reads lies
/// outside of `ranges`, whatever has become of the program.
void tell_awaits(const Ranges& ranges, std::array<base::u64, runtime::PanicPage::kAddresses>& awaits);

} // namespace sdk
