#include "libs/elf/relocations.hpp"

#include <algorithm>
#include <array>

namespace elf {

using base::Error;
using base::Result;
using base::u64;

namespace {

/// Where a table lies and what each of its items takes; 0: not said.
struct TablePlace {
    u64 address = 0;
    u64 size = 0;
    u64 item_size = 0;
};

struct Dynamic {
    TablePlace plain;
    TablePlace packed;
};

Result<void> take(const DynamicEntry& entry, Dynamic& dynamic) {
    switch (static_cast<DynamicTag>(entry.tag)) {
    case DynamicTag::Relocations: dynamic.plain.address = entry.value; break;
    case DynamicTag::RelocationsSize: dynamic.plain.size = entry.value; break;
    case DynamicTag::RelocationSize: dynamic.plain.item_size = entry.value; break;
    case DynamicTag::PackedRelocations: dynamic.packed.address = entry.value; break;
    case DynamicTag::PackedRelocationsSize: dynamic.packed.size = entry.value; break;
    case DynamicTag::PackedRelocationSize: dynamic.packed.item_size = entry.value; break;
    case DynamicTag::Needed:
    case DynamicTag::PlainRelocations:
    case DynamicTag::TextRelocations: return Error::Unsupported;
    case DynamicTag::ProcedureRelocationsSize:
        return entry.value == 0 ? Result<void>{} : Result<void>{Error::Unsupported};
    case DynamicTag::Null: break;
    }
    return {};
}

/// The table's bytes, which lie in the file.
Result<std::span<const std::byte>> find(const TablePlace& place, u64 item_size, std::span<const Segment> segments) {
    if (place.size == 0) {
        return std::span<const std::byte>{};
    }
    if (place.item_size != item_size || place.size % item_size != 0) {
        return Error::Corrupt;
    }
    for (const Segment& segment : segments) {
        const u64 offset = place.address - segment.start.value();
        if (place.address >= segment.start.value() && offset <= segment.content.size() &&
            place.size <= segment.content.size() - offset) {
            return segment.content.subspan(offset, place.size);
        }
    }
    return Error::Corrupt;
}

} // namespace

Result<Relocations> Relocations::read(std::span<const std::byte> dynamic, std::span<const Segment> segments) {
    Dynamic found;
    base::ByteReader reader(dynamic);
    while (reader.remaining() != 0) {
        const auto entry = TRY(reader.read<DynamicEntry>());
        if (entry.tag == static_cast<u64>(DynamicTag::Null)) {
            break;
        }
        TRY(take(entry, found));
    }
    Relocations relocations;
    relocations.plain_ = TRY(find(found.plain, sizeof(Relocation), segments));
    relocations.packed_ = TRY(find(found.packed, sizeof(u64), segments));
    return relocations;
}

Result<const Segment*> Relocations::writable_segment(std::span<const Segment> segments, u64 place) {
    const auto found = std::ranges::find_if(segments, [place](const Segment& segment) {
        return segment.access == Access::ReadWrite && segment.contains(place, kWord);
    });
    if (found == segments.end()) {
        return Error::Corrupt;
    }
    return &*found;
}

u64 Relocations::word_at(const Segment& segment, u64 place) {
    std::array<std::byte, kWord> bytes{};
    const u64 offset = place - segment.start.value();
    if (offset < segment.content.size()) {
        const auto rest = segment.content.subspan(offset);
        std::ranges::copy(rest.first(std::min<u64>(rest.size(), kWord)), bytes.begin());
    }
    return std::bit_cast<u64>(bytes);
}

} // namespace elf
