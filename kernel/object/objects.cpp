#include "kernel/object/objects.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/memory/make_for_ever.hpp"

namespace kernel::object {

using base::Result;

Objects::Objects(slab::PageSource& pages, core::Random& random)
    : nodes(pages, random.next()), regions(pages, random.next()), memories(pages, random.next()),
      address_spaces(pages, random.next()) {}

Result<void> Objects::start(base::u32 processors, memory::FrameAllocator& frames) {
    TRY(nodes.start(processors));
    TRY(regions.start(processors));
    TRY(memories.start(processors));
    TRY(address_spaces.start(processors));
    zero_frame_ = TRY(frames.allocate_zeroed());
    return {};
}

Result<Objects*> make_objects(base::u32 processors) {
    core::Kernel& kernel = core::kernel();
    auto* const objects = TRY(memory::make_for_ever<Objects>(kernel.frames, kernel.frame_source, kernel.random));
    TRY(objects->start(processors, kernel.frames));
    return objects;
}

} // namespace kernel::object
