#include "libs/elf/note_reader.hpp"

#include <algorithm>

#include "base/text_view.hpp"
#include "base/units.hpp"
#include "libs/elf/format.hpp"

namespace elf {

using base::Error;
using base::Result;

namespace {

/// Names and contents are padded to four bytes; behind the last one the padding may be missing.
Result<std::span<const std::byte>> take_padded(base::ByteReader& reader, base::u32 size) {
    constexpr base::Bytes kAlignment{4};
    const auto taken = TRY(reader.take(size));
    const base::u64 padding = base::Bytes{size}.align_up(kAlignment).value() - size;
    TRY(reader.skip(std::min<base::u64>(padding, reader.remaining())));
    return taken;
}

} // namespace

Result<std::optional<Note>> NoteReader::next() {
    if (reader_.remaining() == 0) {
        return std::optional<Note>{};
    }
    base::ByteReader ahead = reader_;
    const auto header = ahead.read<NoteHeader>();
    if (!header) {
        return Error::Corrupt;
    }
    const auto name = take_padded(ahead, header->name_size);
    const auto content = take_padded(ahead, header->content_size);
    if (!name || !content) {
        return Error::Corrupt;
    }
    reader_ = ahead;
    const auto text = base::text_view(*name);
    return std::optional(Note{text.substr(0, text.find('\0')), header->type, *content});
}

} // namespace elf
