/// Return addresses of a kernel stack, followed by frame pointers.
#pragma once

#include <array>
#include <span>

#include "base/types.hpp"
#include "kernel/arch/x86_64/trap_frame.hpp"

namespace kernel::arch::x86_64 {

/// At most this many addresses: a report is read by people.
inline constexpr base::usize kMaximumFrames = 32;
using FrameAddresses = std::array<base::u64, kMaximumFrames>;

/// The return addresses from `frame_pointer` up. Every step is checked: the walk ends where the chain leaves the
/// kernel's stacks, is not aligned, or does not move up. Returns the part of `addresses` that it filled.
std::span<const base::u64> walk_stack(base::u64 frame_pointer, FrameAddresses& addresses);

/// The same from an exception, whose own address comes first. A jump to where no code is has left the address it came
/// from on top of the stack; that comes second.
std::span<const base::u64> walk_stack(const TrapFrame& frame, FrameAddresses& addresses);

} // namespace kernel::arch::x86_64
