/// Where workers have the memory for frames from.
#pragma once

#include "base/types.hpp"

namespace async {

/// May be shared by workers; then it is safe for threads. Outlives all of them.
class FrameSource {
  public:
    /// At least 16 bytes aligned. Null if there is no more.
    [[nodiscard]] virtual void* take(base::usize bytes) = 0;

    /// What take() gave for the same number of bytes.
    virtual void give(void* memory, base::usize bytes) = 0;

  protected:
    ~FrameSource() = default;
};

} // namespace async
