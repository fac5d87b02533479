/// How a decoder of boot structures sees physical memory.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.hpp"
#include "base/units.hpp"

namespace boot {

/// Gives the bytes at a physical address: OutOfRange if they are not within what can be read.
class PhysicalReader {
  public:
    virtual base::Result<std::span<const std::byte>> read(base::PhysicalAddress start, base::Bytes size) const = 0;
    /// The bytes from `start` on, at most `limit`: for text whose length is not known.
    virtual std::span<const std::byte> read_up_to(base::PhysicalAddress start, base::Bytes limit) const = 0;

  protected:
    ~PhysicalReader() = default;
};

} // namespace boot
