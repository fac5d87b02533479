#include "libs/elf/image.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"
#include "libs/elf/format.hpp"

namespace elf {

using base::Bytes;
using base::Error;
using base::Result;
using base::u64;

namespace {

constexpr Bytes kPage{base::kPageSize};
constexpr u64 kNoteAlignment = 4;

Result<FileHeader> read_header(std::span<const std::byte> file) {
    const auto header = base::ByteReader(file).read<FileHeader>();
    if (!header || header->magic != kMagic) {
        return Error::Corrupt;
    }
    if (header->file_class != kClass64 || header->data != kLittleEndian || header->ident_version != kVersion ||
        header->type != kTypeShared || header->machine != kMachineAmd64) {
        return Error::Unsupported;
    }
    if (header->program_header_size != sizeof(ProgramHeader) || header->program_header_count == 0 ||
        header->program_header_count > Image::kMaximumProgramHeaders) {
        return Error::Corrupt;
    }
    return *header;
}

/// The part of the file that `header` names. Corrupt if the file is shorter.
Result<std::span<const std::byte>> content_of(std::span<const std::byte> file, const ProgramHeader& header) {
    if (header.offset > file.size() || header.file_size > file.size() - header.offset) {
        return Error::Corrupt;
    }
    return file.subspan(header.offset, header.file_size);
}

Result<Access> access_of(base::u32 flags) {
    if ((flags & kFlagWrite) != 0) {
        return (flags & kFlagExecute) != 0 ? Result<Access>{Error::Unsupported} : Access::ReadWrite;
    }
    return (flags & kFlagExecute) != 0 ? Access::ReadExecute : Access::Read;
}

bool fits(const ProgramHeader& header) {
    constexpr u64 kMost = Image::kMaximumSize.value();
    return header.memory_size != 0 && header.file_size <= header.memory_size && header.address <= kMost &&
           header.memory_size <= kMost - header.address &&
           header.address % kPage.value() == header.offset % kPage.value();
}

} // namespace

Result<Image> Image::open(std::span<const std::byte> file) {
    const FileHeader header = TRY(read_header(file));
    base::ByteReader reader(file);
    if (!reader.skip(header.program_headers)) {
        return Error::Corrupt;
    }
    Image image;
    image.entry_ = Bytes{header.entry};
    for (base::u16 i = 0; i < header.program_header_count; ++i) {
        const auto next = reader.read<ProgramHeader>();
        if (!next) {
            return Error::Corrupt;
        }
        TRY(image.take(file, *next));
    }
    TRY(image.check());
    image.relocations_ = TRY(Relocations::read(image.dynamic_, image.segments()));
    return image;
}

Result<void> Image::take(std::span<const std::byte> file, const ProgramHeader& header) {
    switch (static_cast<ProgramType>(header.type)) {
    case ProgramType::Load: return take_segment(file, header);
    case ProgramType::Dynamic: dynamic_ = TRY(content_of(file, header)); break;
    case ProgramType::Note:
        // Linkers put notes of one alignment into one segment. Those aligned to eight are for other readers.
        if (header.alignment <= kNoteAlignment && notes_.empty()) {
            notes_ = TRY(content_of(file, header));
        }
        break;
    case ProgramType::ReadOnlyAfterRelocation: return take_read_only(header);
    case ProgramType::Interpreter: return Error::Unsupported;
    case ProgramType::ThreadLocal:
        // The program makes it for its threads by itself, of what is in its segments.
        static_cast<void>(TRY(content_of(file, header)));
        break;
    case ProgramType::Stack:
        return (header.flags & kFlagExecute) != 0 ? Result<void>{Error::Unsupported} : Result<void>{};
    }
    return {};
}

Result<void> Image::take_segment(std::span<const std::byte> file, const ProgramHeader& header) {
    if (!fits(header) || segment_count_ == kMaximumSegments) {
        return Error::Corrupt;
    }
    const Segment segment{Bytes{header.address}, Bytes{header.memory_size}, TRY(content_of(file, header)),
                          TRY(access_of(header.flags))};
    if (segment_count_ != 0 && segment.first_page() < segments_.at(segment_count_ - 1).end_page()) {
        return Error::Corrupt;
    }
    segments_.at(segment_count_++) = segment;
    return {};
}

Result<void> Image::check() const {
    const bool has_entry = std::ranges::any_of(segments(), [this](const Segment& segment) {
        return segment.access == Access::ReadExecute && segment.contains(entry_.value(), 1);
    });
    if (!has_entry) {
        return Error::Corrupt;
    }
    if (!read_only_) {
        return {};
    }
    const bool is_inside = std::ranges::any_of(segments(), [this](const Segment& segment) {
        return segment.access == Access::ReadWrite && read_only_->start >= segment.first_page() &&
               read_only_->start + read_only_->size <= segment.end_page();
    });
    return is_inside ? Result<void>{} : Result<void>{Error::Corrupt};
}

Result<void> Image::take_read_only(const ProgramHeader& header) {
    if (header.address > kMaximumSize.value() || header.memory_size > kMaximumSize.value()) {
        return Error::Corrupt;
    }
    // Whole pages: what stands before the range in its first page is written by nobody either, what stands behind it in
    // its last page may be.
    const Bytes start = Bytes{header.address}.align_down(kPage);
    const Bytes end = Bytes{header.address + header.memory_size}.align_down(kPage);
    if (start < end) {
        read_only_ = Range{start, end - start};
    }
    return {};
}

Bytes Image::size() const { return segments().back().end_page() - segments().front().first_page(); }

} // namespace elf
