/// Objects that live as long as the machine runs and are too large for the root object.
#pragma once

#include <new>
#include <utility>

#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/memory/frame_allocator.hpp"

namespace kernel::memory {

/// A T(arguments...) in frames of its own that are never given back. NoMemory.
template <class T, class... Arguments>
base::Result<T*> make_for_ever(FrameAllocator& frames, Arguments&&... arguments) {
    const base::Pages pages = base::Pages::holding(base::Bytes{sizeof(T)});
    const auto place = TRY(frames.allocate_contiguous(pages));
    return ::new (Arch::physical_bytes(place, pages.bytes()).data()) T(std::forward<Arguments>(arguments)...);
}

} // namespace kernel::memory
