/// The step between the doors and the kernel: gives the image its random virtual place.
#pragma once

#include "base/types.hpp"

/// Maps the image at a random slide with the protection of each section, and relocates it. Runs once, at physical
/// addresses, on the first processor, with the first 4 GiB mapped one to one.
/// `boot_structure`: physical address the door received; `door`: a kernel::arch::x86_64::Door.
/// Returns the slide in bytes: what was added to every link address. 0 with `kaslr=off` on the command line.
extern "C" base::u64 boot_place_image(base::u32 boot_structure, base::u32 door);

/// The slide, for a debugger: it stands at a known place of the image before anything has moved.
extern "C" constinit base::u64 boot_slide;
