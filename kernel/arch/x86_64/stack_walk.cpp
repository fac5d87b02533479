#include "kernel/arch/x86_64/stack_walk.hpp"

#include "kernel/arch/x86_64/boot_stacks.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u64;
using base::usize;

/// What `push %rbp; mov %rsp, %rbp` leaves at the frame pointer.
struct FrameLink {
    u64 previous;
    u64 return_address;
};

bool is_readable(u64 frame_pointer) {
    if (frame_pointer % alignof(FrameLink) != 0 || !BootStacks::contains(frame_pointer) ||
        !BootStacks::contains(frame_pointer + sizeof(FrameLink) - 1)) {
        return false;
    }
    return !BootStacks::is_guard(frame_pointer - reinterpret_cast<u64>(boot_stacks));
}

} // namespace

[[clang::no_sanitize("kernel-address")]] std::span<const u64> walk_stack(u64 first, u64 frame_pointer,
                                                                       FrameAddresses& addresses) {
    usize count = 0;
    if (first != 0) {
        addresses.at(count++) = first;
    }
    while (count < addresses.size() && is_readable(frame_pointer)) {
        // SAFETY: is_readable() saw that the whole link lies in a mapped stack.
        const auto* link = reinterpret_cast<const FrameLink*>(frame_pointer);
        if (link->return_address == 0) {
            break;
        }
        addresses.at(count++) = link->return_address;
        if (link->previous <= frame_pointer) {
            break;
        }
        frame_pointer = link->previous;
    }
    return std::span(addresses).first(count);
}

} // namespace kernel::arch::x86_64
