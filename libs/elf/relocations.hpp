/// The words of a program that depend on where it stands.
#pragma once

#include <concepts>
#include <cstring>
#include <span>

#include "base/byte_reader.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/elf/format.hpp"
#include "libs/elf/segment.hpp"

namespace elf {

/// Writes the eight bytes of `value` at `place` of the program.
template <class W>
concept RelocationWriter = std::invocable<W&, base::Bytes, base::u64>;

/// The two tables that a static program may have: relative ones with addends, and packed ones without.
class Relocations {
  public:
    Relocations() = default;

    /// From the content of the dynamic segment. Corrupt: a table outside the file's part of a segment; Unsupported:
    /// what only a dynamic linker can do.
    static base::Result<Relocations> read(std::span<const std::byte> dynamic, std::span<const Segment> segments);

    template <RelocationWriter Write>
    base::Result<void> apply(std::span<const Segment> segments, base::VirtualAddress start, Write& write) const {
        TRY(apply_plain(segments, start, write));
        return apply_packed(segments, start, write);
    }

  private:
    static constexpr base::u64 kWord = sizeof(base::u64);
    /// A packed word that is no address is a bitmap of the words behind the last place; bit 0 tells which.
    static constexpr base::u64 kBitmapPlaces = 63;

    template <RelocationWriter Write>
    base::Result<void> apply_plain(std::span<const Segment> segments, base::VirtualAddress start, Write& write) const {
        base::ByteReader reader(plain_);
        while (reader.remaining() != 0) {
            const auto relocation = TRY(reader.read<Relocation>());
            if (relocation.info != kRelocationRelative) {
                return base::Error::Unsupported;
            }
            TRY(writable_segment(segments, relocation.place));
            write(base::Bytes{relocation.place}, start.value() + relocation.addend);
        }
        return {};
    }

    template <RelocationWriter Write>
    base::Result<void> apply_packed(std::span<const Segment> segments, base::VirtualAddress start, Write& write) const {
        base::ByteReader reader(packed_);
        base::u64 next = 0;
        while (reader.remaining() != 0) {
            const auto word = TRY(reader.read<base::u64>());
            if ((word & 1) == 0) {
                TRY(move_one(segments, word, start, write));
                next = word + kWord;
                continue;
            }
            for (base::u64 bit = 0; bit < kBitmapPlaces; ++bit) {
                if ((word >> (bit + 1) & 1) != 0) {
                    TRY(move_one(segments, next + bit * kWord, start, write));
                }
            }
            next += kBitmapPlaces * kWord;
        }
        return {};
    }

    template <RelocationWriter Write>
    static base::Result<void> move_one(std::span<const Segment> segments, base::u64 place, base::VirtualAddress start,
                                       Write& write) {
        const Segment* const segment = TRY(writable_segment(segments, place));
        write(base::Bytes{place}, start.value() + word_at(*segment, place));
        return {};
    }

    static base::Result<const Segment*> writable_segment(std::span<const Segment> segments, base::u64 place);
    /// What the file says stands at `place`, which lies in `segment`.
    static base::u64 word_at(const Segment& segment, base::u64 place);

    std::span<const std::byte> plain_;
    std::span<const std::byte> packed_;
};

} // namespace elf
