/// A piece of a program in memory.
#pragma once

#include <span>

#include "base/types.hpp"
#include "base/units.hpp"

namespace elf {

/// What code may do with a segment. Nothing is both writable and executable.
enum class Access : base::u8 { Read, ReadWrite, ReadExecute };

/// Addresses count from the program's start, which is wherever it is placed.
struct Segment {
    base::Bytes start;                  ///< of its first byte; not aligned
    base::Bytes size;                   ///< in memory; what exceeds `content` is zero
    std::span<const std::byte> content; ///< lies in the file
    Access access;

    [[nodiscard]] base::Bytes end() const { return start + size; }

    /// Its first and one behind its last page.
    [[nodiscard]] base::Bytes first_page() const { return start.align_down(base::Bytes{base::kPageSize}); }

    [[nodiscard]] base::Bytes end_page() const { return end().align_up(base::Bytes{base::kPageSize}); }

    /// Whether [at, at + bytes) lies in it; cannot overflow.
    [[nodiscard]] bool contains(base::u64 at, base::u64 bytes) const {
        return at >= start.value() && at - start.value() <= size.value() &&
               bytes <= size.value() - (at - start.value());
    }
};

/// A part of the program that is written while it is relocated and never again.
struct Range {
    base::Bytes start;
    base::Bytes size;
};

} // namespace elf
