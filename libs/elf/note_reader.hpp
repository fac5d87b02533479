/// The notes of a program: what it says of itself, by owner and type.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/byte_reader.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

namespace elf {

/// One note; its parts lie in the file.
struct Note {
    std::string_view owner;
    base::u32 type = 0;
    std::span<const std::byte> content;
};

/// Goes through notes, [elf] chapter 5 "Note Section".
class NoteReader {
  public:
    explicit NoteReader(std::span<const std::byte> notes) : reader_(notes) {}

    /// The next one; none at the end. Corrupt: the notes are damaged, and nothing more can be read.
    base::Result<std::optional<Note>> next();

  private:
    base::ByteReader reader_;
};

} // namespace elf
