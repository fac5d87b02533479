#include "kernel/sanitizer/boot_shadow.hpp"

#include "kernel/arch/x86_64/image.hpp"
#include "kernel/sanitizer/kasan/shadow_tables.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: page tables of fixed size, walked by constant bounds.

// Runs at physical addresses, before relocation, like kernel/arch/x86_64/boot.

namespace kernel::sanitizer {

namespace {

using base::u64;
using base::usize;

constexpr usize kEntries = 512;
constexpr u64 kPage = 4096;
constexpr u64 kImageBytes = 6 << 20;
constexpr u64 kImageShadowPages = kImageBytes / 8 / kPage;
constexpr usize kImageTables = 2;

struct alignas(4096) ShadowPage {
    base::u8 byte[kPage];
};

/// What the image's own part of the shadow needs: a pointer table, a directory, two tables, and the shadow itself.
struct ImageShadow {
    Table pointers;
    Table directory;
    Table pages[kImageTables];
    ShadowPage shadow[kImageShadowPages];
};

[[gnu::section(".page_bss")]] constinit ImageShadow image_shadow{};

u64 physical(const void* pointer) { return reinterpret_cast<u64>(pointer); }

void fill(Table& table, u64 entry) {
    for (u64& each : table.entry) {
        each = entry;
    }
}

void build_zero_tables() {
    fill(zero_shadow.pages, physical(&zero_shadow.zeros) | kPresent | kNoExecute);
    fill(zero_shadow.directory, physical(&zero_shadow.pages) | kPresent | kWrite);
    fill(zero_shadow.pointers, physical(&zero_shadow.directory) | kPresent | kWrite);
}

void map_image_shadow(TopLevelTable& top, u64 slide) {
    const u64 first = shadow_of(arch::x86_64::kVirtualBase + arch::x86_64::kLinkOffset + slide);
    for (usize i = 0; i < kEntries; ++i) {
        image_shadow.pointers.entry[i] = zero_shadow.pointers.entry[i];
        image_shadow.directory.entry[i] = zero_shadow.directory.entry[i];
        image_shadow.pages[0].entry[i] = zero_shadow.pages.entry[i];
        image_shadow.pages[1].entry[i] = zero_shadow.pages.entry[i];
    }
    const usize directory_index = first >> 21 & 511;
    top.entry[first >> 39 & 511] = physical(&image_shadow.pointers) | kPresent | kWrite | kPrivate;
    image_shadow.pointers.entry[first >> 30 & 511] = physical(&image_shadow.directory) | kPresent | kWrite | kPrivate;
    for (usize i = 0; i < kImageTables && directory_index + i < kEntries; ++i) {
        image_shadow.directory.entry[directory_index + i] =
            physical(&image_shadow.pages[i]) | kPresent | kWrite | kPrivate;
    }
    for (u64 page = 0; page < kImageShadowPages; ++page) {
        const u64 target = first + page * kPage;
        image_shadow.pages[(target >> 21 & 511) - directory_index].entry[target >> 12 & 511] =
            physical(&image_shadow.shadow[page]) | kPresent | kWrite | kNoExecute | kPrivate;
    }
}

} // namespace

[[gnu::section(".page_bss")]] constinit ZeroShadow zero_shadow{};

void map_boot_shadow(TopLevelTable& top, u64 slide) {
    build_zero_tables();
    for (usize slot = kFirstShadowSlot; slot <= kLastShadowSlot; ++slot) {
        top.entry[slot] = physical(&zero_shadow.pointers) | kPresent | kWrite;
    }
    map_image_shadow(top, slide);
}

} // namespace kernel::sanitizer

#pragma clang unsafe_buffer_usage end
