/// Where the parts of a program come to stand.
#pragma once

#include <array>
#include <span>

#include "async/error.hpp"
#include "libs/elf/image.hpp"

namespace sdk::launch {

/// Pages of a program with one source and one access.
struct Part {
    enum class Source : base::u8 {
        File, ///< shown where the file lies, shared by all who run it
        Own,  ///< of the program's own Memory
    };

    Source source;
    elf::Access access;
    base::u64 start;  ///< in the program
    base::u64 bytes;  ///< whole pages, as the others
    base::u64 offset; ///< in the source
};

/// What is to be mapped of a program, and what its own Memory holds: its segments that are written, once at least.
struct ImagePlan {
    static constexpr base::usize kMostParts = 3 * elf::Image::kMaximumSegments;

    std::array<Part, kMostParts> parts;
    base::usize count = 0;
    base::u64 own_start = 0; ///< the page of the program that the own Memory begins with
    base::u64 own_bytes = 0;

    [[nodiscard]] std::span<const Part> all() const { return std::span(parts).first(count); }
};

/// `file` is what `image` was opened from, and lies at `offset` of a Memory. Unsupported: it is not laid out in whole
/// pages.
async::Result<ImagePlan> plan_image(const elf::Image& image, std::span<const std::byte> file, base::u64 offset);

} // namespace sdk::launch
