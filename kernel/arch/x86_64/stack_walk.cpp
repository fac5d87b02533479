#include "kernel/arch/x86_64/stack_walk.hpp"

#include "base/address.hpp"
#include "kernel/arch/x86_64/image.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/stack_block.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u64;
using base::usize;

/// What `push %rbp; mov %rsp, %rbp` leaves at the frame pointer.
struct FrameLink {
    u64 previous;
    u64 return_address;
};

/// Whether a stack link may be read at `address`: on the stacks of the processor that this runs on.
bool is_readable(u64 address) {
    const StackBlock& stacks = this_cpu().stacks;
    return stacks.is_readable(address) && stacks.is_readable(address + sizeof(u64));
}

bool is_code(u64 address) {
    return address >= base::address_of(image_start) && address < base::address_of(image_rodata_start);
}

/// Addresses that were found so far.
struct Found {
    FrameAddresses& addresses;
    usize count = 0;

    [[nodiscard]] bool has_room() const { return count < addresses.size(); }

    void add(u64 address) { addresses.at(count++) = address; }

    [[nodiscard]] std::span<const u64> all() const { return std::span(addresses).first(count); }
};

// Not instrumented: what lies between the frames is nobody's to read, as KASAN sees it.
[[clang::no_sanitize("kernel-address")]] void follow(u64 frame_pointer, Found& found) {
    while (found.has_room() && is_readable(frame_pointer)) {
        // SAFETY: is_readable() saw that the whole link lies in a mapped stack.
        const auto* link = reinterpret_cast<const FrameLink*>(frame_pointer);
        if (!is_code(link->return_address)) {
            return;
        }
        found.add(link->return_address);
        if (link->previous <= frame_pointer) {
            return;
        }
        frame_pointer = link->previous;
    }
}

} // namespace

std::span<const u64> walk_stack(u64 frame_pointer, FrameAddresses& addresses) {
    Found found{addresses};
    follow(frame_pointer, found);
    return found.all();
}

[[clang::no_sanitize("kernel-address")]] std::span<const u64> walk_stack(const TrapFrame& frame,
                                                                         FrameAddresses& addresses) {
    Found found{addresses};
    found.add(frame.rip);
    if (!is_code(frame.rip) && is_readable(frame.rsp)) {
        // SAFETY: is_readable() saw that the word lies in a mapped stack.
        found.add(*reinterpret_cast<const u64*>(frame.rsp));
    }
    follow(frame.rbp, found);
    return found.all();
}

} // namespace kernel::arch::x86_64
