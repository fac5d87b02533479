#include "kernel/process/program_loader.hpp"

#include <array>
#include <cstring>

#include "libs/elf/image.hpp"

namespace kernel::process {

using address_space::Access;
using base::Bytes;
using base::RefPtr;
using base::Result;
using base::u64;
using base::VirtualAddress;
using object::Memory;

namespace {

/// Maps [start, end) of the program, which stands at `place`.
Result<void> map_part(object::AddressSpace& space, const RefPtr<Memory>& memory, VirtualAddress place, Bytes start,
                      Bytes end, Access access) {
    if (start == end) {
        return {};
    }
    TRY(space.map(
        {.object = memory,
         .first_page = start.value() / base::kPageSize,
         .size = end - start,
         .access = access,
         .attributes = {.rights = {.write = access == Access::ReadWrite, .execute = access == Access::ReadExecute}},
         .placement = address_space::Placement::Fixed,
         .address = place + start}));
    return {};
}

Access access_of(elf::Access access) {
    switch (access) {
    case elf::Access::Read: return Access::Read;
    case elf::Access::ReadWrite: return Access::ReadWrite;
    case elf::Access::ReadExecute: return Access::ReadExecute;
    }
    return Access::Read;
}

/// A segment, without writing where the program is not written after its relocation.
Result<void> map_segment(object::AddressSpace& space, const RefPtr<Memory>& memory, VirtualAddress place,
                         const elf::Image& image, const elf::Segment& segment) {
    Bytes writable = segment.first_page();
    const auto& sealed = image.read_only_after_relocation();
    if (segment.access == elf::Access::ReadWrite && sealed && sealed->start >= segment.first_page() &&
        sealed->start < segment.end_page()) {
        TRY(map_part(space, memory, place, segment.first_page(), sealed->start, Access::ReadWrite));
        TRY(map_part(space, memory, place, sealed->start, sealed->start + sealed->size, Access::Read));
        writable = sealed->start + sealed->size;
    }
    return map_part(space, memory, place, writable, segment.end_page(), access_of(segment.access));
}

} // namespace

Result<void> fill(Memory& memory, Bytes offset, std::span<const std::byte> bytes) {
    object::Sweep nobody_shows_it([](object::Sweep&) {});
    for (Bytes at = offset; !bytes.empty();) {
        const auto written = TRY(memory.write(at, bytes, nobody_shows_it));
        const u64 done = written.next - at.value();
        at += Bytes{done};
        bytes = bytes.subspan(done);
    }
    return {};
}

Result<VirtualAddress> load_program(std::span<const std::byte> file, object::AddressSpace& space, VirtualAddress window,
                                    budget::Budget& budget) {
    const elf::Image image = TRY(elf::Image::open(file));
    const auto memory = TRY(Memory::create_anonymous(budget, image.size(), memory_object::Sizing::Fixed));
    const Bytes first = image.segments().front().first_page();
    const VirtualAddress place = window - first;
    for (const elf::Segment& segment : image.segments()) {
        TRY(fill(*memory, segment.start - first, segment.content));
    }
    Result<void> relocated = {};
    TRY(image.relocate(place, [&](Bytes at, u64 value) {
        const auto word = std::bit_cast<std::array<std::byte, sizeof(u64)>>(value);
        if (const auto filled = fill(*memory, at - first, word); !filled && relocated) {
            relocated = filled.error();
        }
    }));
    TRY(relocated);
    for (const elf::Segment& segment : image.segments()) {
        TRY(map_segment(space, memory, place, image, segment));
    }
    return place + image.entry();
}

} // namespace kernel::process
