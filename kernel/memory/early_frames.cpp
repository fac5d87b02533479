#include "kernel/memory/early_frames.hpp"

namespace kernel::memory {

base::Result<base::PhysicalAddress> EarlyFrames::take() {
    while (next_ == end_) {
        if (range_ == map_->ranges().size()) {
            return base::Error::NoMemory;
        }
        const boot::MemoryRange& range = map_->ranges()[range_++];
        if (is_usable(range)) {
            next_ = start_of(range);
            end_ = range.end();
        }
    }
    const base::PhysicalAddress frame = next_;
    next_ += base::Bytes{base::kPageSize};
    ++used_;
    return frame;
}

} // namespace kernel::memory
