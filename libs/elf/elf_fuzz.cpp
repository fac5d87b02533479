/// Any bytes: what opens can be loaded. Segments and notes lie in the file, relocations in writable segments.
#include "base/assert.hpp"
#include "libs/elf/image.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace {

void read_notes(const elf::Image& image) {
    elf::NoteReader notes = image.notes();
    for (auto note = notes.next(); note && note->has_value(); note = notes.next()) {
    }
}

bool is_writable(const elf::Image& image, base::Bytes place) {
    for (const elf::Segment& segment : image.segments()) {
        if (segment.access == elf::Access::ReadWrite && segment.contains(place.value(), sizeof(base::u64))) {
            return true;
        }
    }
    return false;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    const auto image = elf::Image::open(fuzz::input(data, size));
    if (!image) {
        return 0;
    }
    base::Bytes end{0};
    for (const elf::Segment& segment : image->segments()) {
        ASSERT(segment.first_page() >= end && segment.content.size() <= segment.size.value());
        end = segment.end_page();
    }
    ASSERT(end <= elf::Image::kMaximumSize + base::Bytes{base::kPageSize});
    read_notes(*image);
    static_cast<void>(image->relocate(base::VirtualAddress{0x1000}, [&image](base::Bytes place, base::u64) {
        ASSERT(is_writable(*image, place), "a relocation outside of data");
    }));
    return 0;
}
