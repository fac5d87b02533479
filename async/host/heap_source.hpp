/// Frames from the heap of a program of the host.
#pragma once

#include "async/frame_source.hpp"

namespace async::host {

/// Safe for threads.
class HeapSource final : public FrameSource {
  public:
    [[nodiscard]] void* take(base::usize bytes) override;
    void give(void* memory, base::usize bytes) override;
};

} // namespace async::host
