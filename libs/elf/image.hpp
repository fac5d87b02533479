/// Reads a program: a static, position-independent ELF64 file for x86_64, in place.
///
///     const Image image = TRY(Image::open(file.content));
///     for (const Segment& segment : image.segments()) { … }          // make memory, copy `content`, leave zeros
///     behind it TRY(image.relocate(start, [&](Bytes place, u64 value) { … })); // write eight bytes run(start +
///     image.entry());
#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/elf/format.hpp"
#include "libs/elf/note_reader.hpp"
#include "libs/elf/relocations.hpp"
#include "libs/elf/segment.hpp"

namespace elf {

/// The file must outlive it. All that it hands out was checked against the file's and the segments' bounds.
class Image {
  public:
    static constexpr base::usize kMaximumSegments = 16;
    static constexpr base::usize kMaximumProgramHeaders = 64;
    /// A program's code and data stand in one window of a gibibyte, together with stack and rings.
    static constexpr base::Bytes kMaximumSize{512ULL << 20};

    /// Corrupt: no ELF file, cut off, or its parts contradict each other. Unsupported: for another machine, at a fixed
    /// address, dynamically linked, or with something both writable and executable.
    static base::Result<Image> open(std::span<const std::byte> file);

    /// In ascending order; no two share a page.
    [[nodiscard]] std::span<const Segment> segments() const { return std::span(segments_).first(segment_count_); }

    /// From the first to behind the last page of the program: how much address space it takes.
    [[nodiscard]] base::Bytes size() const;

    /// Where it begins, in an executable segment.
    [[nodiscard]] base::Bytes entry() const { return entry_; }

    /// What is to be made read-only when relocate() is done; whole pages, in one writable segment. None: nothing.
    [[nodiscard]] const std::optional<Range>& read_only_after_relocation() const { return read_only_; }

    /// Calls write(place, value) for each word that depends on where the program stands, which is at `start`. Corrupt:
    /// a place lies outside what is writable, or a table outside the file; Unsupported: it needs symbols. What was
    /// written before an error stays.
    template <RelocationWriter Write>
    base::Result<void> relocate(base::VirtualAddress start, Write write) const {
        return relocations_.apply(segments(), start, write);
    }

    /// The notes aligned to four bytes, in the order of the file.
    [[nodiscard]] NoteReader notes() const { return NoteReader(notes_); }

  private:
    base::Result<void> take(std::span<const std::byte> file, const ProgramHeader& header);
    base::Result<void> take_segment(std::span<const std::byte> file, const ProgramHeader& header);
    base::Result<void> take_read_only(const ProgramHeader& header);
    [[nodiscard]] base::Result<void> check() const;

    std::array<Segment, kMaximumSegments> segments_{};
    base::usize segment_count_ = 0;
    base::Bytes entry_{0};
    std::optional<Range> read_only_;
    std::span<const std::byte> dynamic_;
    std::span<const std::byte> notes_;
    Relocations relocations_;
};

} // namespace elf
