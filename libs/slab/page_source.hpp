/// Where slabs get their memory.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.hpp"
#include "base/types.hpp"

namespace slab {

/// Gives blocks of 2^order pages. Called under the lock of a depot.
class PageSource {
  public:
    /// A block that begins at a multiple of its size, contents undefined. NoMemory.
    virtual base::Result<std::span<std::byte>> allocate(base::u32 order) = 0;
    /// Takes back what allocate() gave.
    virtual void free(std::span<std::byte> block) = 0;

  protected:
    ~PageSource() = default;
};

} // namespace slab
