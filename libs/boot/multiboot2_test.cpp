#include "libs/boot/multiboot2.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "libs/boot/fake_memory.hpp"
#include "testing/test.hpp"

namespace boot {
namespace {

using base::Bytes;
using base::PhysicalAddress;
using base::u32;
using base::u64;
using base::usize;
using enum MemoryType;

constexpr u64 kBase = 0x10000;
constexpr u64 kWriteBack = 0xf; // what OVMF gives to memory

/// An information structure in memory, from kBase on.
class Image {
  public:
    Image() { put_all(u32{0}, u32{0}); }

    /// Where the next value will stand.
    [[nodiscard]] u64 here() const { return kBase + bytes_.size(); }

    [[nodiscard]] usize size() const { return bytes_.size(); }

    template <class T>
    void put(T value) {
        bytes_.resize(bytes_.size() + sizeof(T));
        std::memcpy(&bytes_[bytes_.size() - sizeof(T)], &value, sizeof(T));
    }

    template <class... T>
    void put_all(T... values) {
        (put(values), ...);
    }

    void put_text(std::string_view text) {
        for (const char character : text) {
            put(character);
        }
        put('\0');
    }

    /// A tag whose payload `fill` puts. Returns where it stands.
    template <class F>
    u64 tag(u32 type, F fill) {
        const u64 start = here();
        put_all(type, u32{0});
        fill();
        set(start + 4, static_cast<u32>(here() - start));
        bytes_.resize((bytes_.size() + 7) / 8 * 8);
        return start;
    }

    u64 text_tag(u32 type, std::string_view text) {
        return tag(type, [&] { put_text(text); });
    }

    u64 module_tag(u32 start, u32 end, std::string_view text) {
        return tag(3, [&] {
            put_all(start, end);
            put_text(text);
        });
    }

    u64 rsdp_tag(u32 type, usize size) {
        return tag(type, [&] { bytes_.resize(bytes_.size() + size); });
    }

    /// Puts the end tag, and the size of everything so far.
    void end() {
        put_all(u32{0}, u32{8});
        set(kBase, static_cast<u32>(bytes_.size()));
    }

    /// Overwrites what stands at `address`.
    template <class T>
    void set(u64 address, T value) {
        std::memcpy(&bytes_.at(address - kBase), &value, sizeof(T));
    }

    void cut(usize size) { bytes_.resize(size); }

    [[nodiscard]] FakeMemory memory() const { return {bytes_, PhysicalAddress{kBase}}; }

  private:
    std::vector<std::byte> bytes_;
};

struct Result {
    std::string_view failure;
    BootInfo info;
};

Result read(const Image& image) {
    Result result;
    result.failure = read_multiboot2(image.memory(), PhysicalAddress{kBase}, result.info);
    return result;
}

std::vector<MemoryRange> ranges_of(const Result& result) {
    return {result.info.memory.ranges().begin(), result.info.memory.ranges().end()};
}

MemoryRange range(u64 start, u64 end, MemoryType type) { return {PhysicalAddress{start}, Bytes{end - start}, type}; }

/// Where the memory map's tag of put_map() has what.
struct MapTag {
    u64 size;
    u64 entry_size;
    u64 first_entry;
};

MapTag put_map(Image& image) {
    const u64 start = image.tag(6, [&] {
        image.put_all(u32{24}, u32{0});
        image.put_all(u64{0}, u64{0x9fc00}, u32{1}, u32{0});
        image.put_all(u64{0x9fc00}, u64{0x60400}, u32{2}, u32{0});
        image.put_all(u64{0x100000}, u64{0x7f00000}, u32{1}, u32{0});
    });
    return {.size = start + 4, .entry_size = start + 8, .first_entry = start + 16};
}

/// A machine of 128 MiB as GRUB describes it.
class Multiboot2Test : public testing::Test {
  protected:
    Multiboot2Test() {
        command_line = image.text_tag(1, "kaslr=off log=debug");
        image.text_tag(2, "GRUB 2.12");
        module = image.module_tag(0x7ff0000, 0x7ff1234, "bundle main");
        image.tag(4, [&] { image.put_all(u32{639}, u32{0x1fbff}); });
        map = put_map(image);
        image.tag(8, [&] { image.put_all(u64{0xfd000000}, u64{0}, u32{0}); });
        old_root = image.rsdp_tag(14, 20);
        new_root = image.rsdp_tag(15, 36);
        image.tag(12, [&] { image.put_all(u64{0x7eeb018}); });
        image.end();
    }

    u64 command_line = 0;
    u64 module = 0;
    u64 old_root = 0;
    u64 new_root = 0;
    MapTag map{};
    Image image;
};

TEST_F(Multiboot2Test, ReadsAll) {
    const Result result = read(image);
    EXPECT_EQ(result.failure, "");
    EXPECT_EQ(result.info.door, "multiboot2");
    EXPECT_EQ(result.info.command_line(), "kaslr=off log=debug");
    EXPECT_FALSE(result.info.command_line_was_cut());
    EXPECT_EQ(result.info.acpi_root, PhysicalAddress{new_root + 8});
    ASSERT_EQ(result.info.modules().size(), 1U);
    EXPECT_EQ(result.info.modules()[0].start, PhysicalAddress{0x7ff0000});
    EXPECT_EQ(result.info.modules()[0].size, Bytes{0x1234});
    EXPECT_EQ(result.info.modules()[0].text.view(), "bundle main");
}

TEST_F(Multiboot2Test, TheMapLacksTheModulesAndTheStructure) {
    const std::vector<MemoryRange> wanted{
        range(0, 0x10000, Usable),           range(0x10000, 0x10000 + image.size(), Reserved),
        range(0x11000, 0x9f000, Usable),     range(0x9fc00, 0x100000, Reserved),
        range(0x100000, 0x7ff0000, Usable),  range(0x7ff0000, 0x7ff1234, Reserved),
        range(0x7ff2000, 0x8000000, Usable),
    };
    EXPECT_EQ(ranges_of(read(image)), wanted);
}

TEST_F(Multiboot2Test, RefusesWhatIsMissing) {
    BootInfo info;
    EXPECT_EQ(read_multiboot2(image.memory(), PhysicalAddress{0}, info), "it is missing");
    EXPECT_EQ(read_multiboot2(image.memory(), PhysicalAddress{~0ULL}, info), "it is missing");
    image.cut(7);
    EXPECT_EQ(read(image).failure, "it is missing");
}

TEST_F(Multiboot2Test, RefusesEveryStructureThatMemoryCuts) {
    const usize whole = image.size();
    for (usize size = whole - 1; size > 0; --size) {
        image.cut(size);
        const Result result = read(image);
        EXPECT_EQ(result.failure, size < 8 ? "it is missing" : "it is cut short") << size;
        EXPECT_EQ(result.info.command_line().empty(), kBase + size < command_line + 28) << size;
    }
}

TEST_F(Multiboot2Test, RefusesEveryTotalSizeThatIsTooSmall) {
    for (u32 size = 0; size < image.size(); ++size) {
        image.set(kBase, size);
        const std::string_view failure = read(image).failure;
        EXPECT_TRUE(failure == "its tags have no end" || failure == "the size of a tag is wrong") << size;
    }
}

TEST_F(Multiboot2Test, RefusesAnEndlessStructureButReadsItsCommandLine) {
    image.set(kBase, u32{(1 << 20) + 1});
    EXPECT_EQ(read(image).failure, "it is too long");
    image.set(kBase, ~u32{0});
    const Result result = read(image);
    EXPECT_EQ(result.failure, "it is too long");
    EXPECT_EQ(result.info.command_line(), "kaslr=off log=debug");
}

TEST_F(Multiboot2Test, WhatFollowsTheEndIsIgnored) {
    image.put_all(u32{6}, u32{0});
    image.set(kBase, static_cast<u32>(image.size()));
    EXPECT_EQ(read(image).failure, "");
}

TEST_F(Multiboot2Test, RefusesTagsOfWrongSize) {
    for (const u32 size : {0U, 1U, 7U, 0x10000U, ~0U}) {
        image.set(module + 4, size);
        const Result result = read(image);
        EXPECT_EQ(result.failure, "the size of a tag is wrong") << size;
        EXPECT_EQ(result.info.command_line(), "kaslr=off log=debug");
    }
}

TEST_F(Multiboot2Test, PrefersTheNewAcpiRoot) {
    image.set(new_root, u32{99});
    EXPECT_EQ(read(image).info.acpi_root, PhysicalAddress{old_root + 8});
    image.set(old_root, u32{15});
    EXPECT_EQ(read(image).info.acpi_root, PhysicalAddress{0});
    image.set(old_root + 4, u32{27});
    image.set(old_root, u32{14});
    const Result result = read(image);
    EXPECT_EQ(result.failure, "");
    EXPECT_EQ(result.info.acpi_root, PhysicalAddress{0});
}

TEST(Multiboot2, EntriesOfALaterVersionMayBeLonger) {
    Image image;
    image.tag(6, [&] {
        image.put_all(u32{32}, u32{1});
        image.put_all(u64{0x100000}, u64{0x100000}, u32{1}, u32{0}, ~u64{0});
        image.put_all(u64{0x200000}, u64{0x100000}, u32{3}, u32{0}, ~u64{0});
    });
    image.end();
    const std::vector<MemoryRange> wanted{
        range(kBase, image.here(), Reserved),
        range(0x100000, 0x200000, Usable),
        range(0x200000, 0x300000, AcpiReclaimable),
    };
    EXPECT_EQ(ranges_of(read(image)), wanted);
}

TEST_F(Multiboot2Test, RefusesEntriesThatAreTooSmall) {
    for (const u32 size : {0U, 1U, 23U}) {
        image.set(map.entry_size, size);
        EXPECT_EQ(read(image).failure, "the entries of its memory map are too small");
    }
    image.set(map.size, u32{12});
    image.set(map.first_entry, u32{99}); // what is left is another tag
    image.set(map.first_entry + 4, u32{72});
    EXPECT_EQ(read(image).failure, "the entries of its memory map are too small");
}

TEST_F(Multiboot2Test, RefusesAMapThatEndsWithinAnEntry) {
    image.set(map.entry_size, u32{32});
    EXPECT_EQ(read(image).failure, "its memory map is cut short");
    image.set(map.entry_size, ~u32{0});
    EXPECT_EQ(read(image).failure, "its memory map is cut short");
}

TEST_F(Multiboot2Test, RefusesAMissingMap) {
    image.set(map.size - 4, u32{99});
    EXPECT_EQ(read(image).failure, "it has no memory map");
}

TEST_F(Multiboot2Test, RefusesAMapWithoutUsableMemory) {
    image.set(module, u32{99});
    for (u64 i = 0; i < 3; ++i) {
        image.set(map.first_entry + i * 24 + 16, u32{2});
    }
    EXPECT_EQ(read(image).failure, "its memory map names no usable memory");
}

TEST_F(Multiboot2Test, RefusesModulesOutsideOfMemory) {
    image.set(module + 12, u32{0x8000001});
    EXPECT_EQ(read(image).failure, "a module lies outside of memory");
    image.set(module + 8, u32{0x8000000});
    EXPECT_EQ(read(image).failure, "a module lies outside of memory");
}

TEST_F(Multiboot2Test, RefusesAModuleThatEndsBeforeItStarts) {
    image.set(module + 12, u32{0x7feffff});
    EXPECT_EQ(read(image).failure, "the tag of a module is wrong");
}

TEST_F(Multiboot2Test, PassesOverAnEmptyModule) {
    image.set(module + 12, u32{0x7ff0000});
    const Result result = read(image);
    EXPECT_EQ(result.failure, "");
    EXPECT_TRUE(result.info.modules().empty());
}

TEST(Multiboot2, KnowsTheMapsTypes) {
    Image image;
    image.tag(6, [&] {
        image.put_all(u32{24}, u32{0});
        for (u32 type = 0; type <= 6; ++type) {
            image.put_all(u64{type} << 20, u64{1} << 20, type, ~u32{0});
        }
    });
    image.end();
    const std::vector<MemoryRange> wanted{
        range(0, 0x100000, Reserved),           range(0x100000, 0x200000, Usable),
        range(0x200000, 0x300000, Reserved),    range(0x300000, 0x400000, AcpiReclaimable),
        range(0x400000, 0x500000, AcpiStorage), range(0x500000, 0x600000, Bad),
        range(0x600000, 0x700000, Reserved),
    };
    EXPECT_EQ(ranges_of(read(image)), wanted);
}

TEST(Multiboot2, BearsALyingMap) {
    Image image;
    image.tag(6, [&] {
        image.put_all(u32{24}, u32{0});
        image.put_all(u64{0x300000}, ~u64{0}, u32{1}, u32{0});
        image.put_all(u64{0x400000}, u64{0x1000}, u32{2}, u32{0});
        image.put_all(u64{0x100000}, u64{0x300000}, u32{1}, u32{0});
        image.put_all(~u64{0}, ~u64{0}, u32{2}, u32{0});
        image.put_all(u64{0x500000}, u64{0}, u32{5}, u32{0});
    });
    image.end();
    const std::vector<MemoryRange> wanted{
        range(kBase, image.here(), Reserved),
        range(0x100000, 0x400000, Usable),
        range(0x400000, 0x401000, Reserved),
        range(0x401000, MemoryMap::kEndOfMemory.value(), Usable),
    };
    EXPECT_EQ(ranges_of(read(image)), wanted);
}

/// A map of `count` ranges apart from each other, the modules `modules`.
std::string_view read_many(u64 count, usize modules) {
    Image image;
    image.tag(6, [&] {
        image.put_all(u32{24}, u32{0});
        for (u64 i = 0; i < count; ++i) {
            image.put_all((i + 1) << 20, u64{0x10000}, u32{1}, u32{0});
        }
    });
    for (usize i = 0; i < modules; ++i) {
        image.module_tag(0x100000, 0x101000, "");
    }
    image.end();
    return read(image).failure;
}

TEST(Multiboot2, LimitsTheMap) {
    EXPECT_EQ(read_many(255, 0), "");
    EXPECT_EQ(read_many(256, 0), "its memory map has too many ranges"); // the structure needs one
    EXPECT_EQ(read_many(255, 1), "its memory map has too many ranges");
    EXPECT_EQ(read_many(300, 0), "its memory map has too many ranges");
    EXPECT_EQ(read_many(4096, 0), "its memory map has too many ranges");
    EXPECT_EQ(read_many(4097, 0), "its memory map has too many entries");
}

TEST(Multiboot2, LimitsTheModules) {
    EXPECT_EQ(read_many(1, 8), "");
    EXPECT_EQ(read_many(1, 9), "it has too many modules");
}

TEST(Multiboot2, AModuleNeedsNoText) {
    Image image;
    put_map(image);
    image.tag(3, [&] { image.put_all(u32{0x100000}, u32{0x101000}); });
    image.module_tag(0x102000, 0x103000, std::string(200, 'x'));
    image.end();
    const Result result = read(image);
    EXPECT_EQ(result.failure, "");
    ASSERT_EQ(result.info.modules().size(), 2U);
    EXPECT_EQ(result.info.modules()[0].text.view(), "");
    EXPECT_EQ(result.info.modules()[1].text.view(), std::string(Module::kTextBytes, 'x'));
    EXPECT_TRUE(result.info.modules()[1].text.was_cut());
    EXPECT_EQ(result.info.acpi_root, PhysicalAddress{0});
}

TEST(Multiboot2, RefusesAModuleWithoutItsPlace) {
    Image image;
    put_map(image);
    image.tag(3, [&] { image.put(u32{0x100000}); });
    image.end();
    EXPECT_EQ(read(image).failure, "the tag of a module is wrong");
}

TEST(Multiboot2, CommandLineHasItsLimits) {
    for (const usize size : {usize{0}, BootInfo::kCommandLineBytes, BootInfo::kCommandLineBytes + 1, usize{65536}}) {
        Image image;
        image.text_tag(1, std::string(size, 'x'));
        put_map(image);
        image.end();
        const Result result = read(image);
        EXPECT_EQ(result.failure, "");
        EXPECT_EQ(result.info.command_line().size(), std::min(size, BootInfo::kCommandLineBytes));
        EXPECT_EQ(result.info.command_line_was_cut(), size > BootInfo::kCommandLineBytes);
    }
}

TEST(Multiboot2, CommandLineWithoutZeroEndsWithItsTag) {
    Image image;
    image.tag(1, [&] { image.put_all('a', 'b', 'c'); });
    image.text_tag(1, "another");
    put_map(image);
    image.end();
    EXPECT_EQ(read(image).info.command_line(), "abc");
}

/// One descriptor of each type, of a megabyte, behind a first of `first_type`.
Image efi_image(u64 attributes, u32 descriptor_size = 48) {
    Image image;
    image.tag(17, [&] {
        image.put_all(descriptor_size, u32{1});
        for (u32 type = 0; type < 16; ++type) {
            image.put_all(type, u32{0}, u64{type + 1} << 20, u64{0}, u64{256}, attributes);
            for (u32 more = 40; more < descriptor_size; ++more) {
                image.put('\xee');
            }
        }
    });
    return image;
}

TEST(Multiboot2, ReadsTheEfiMap) {
    for (const u32 descriptor_size : {40U, 48U, 64U}) {
        Image image = efi_image(kWriteBack, descriptor_size);
        image.end();
        const std::vector<MemoryRange> wanted{
            range(kBase, image.here(), Reserved),       range(0x100000, 0x200000, Reserved),
            range(0x200000, 0x600000, Usable),          range(0x600000, 0x800000, Reserved),
            range(0x800000, 0x900000, Usable),          range(0x900000, 0xa00000, Bad),
            range(0xa00000, 0xb00000, AcpiReclaimable), range(0xb00000, 0xc00000, AcpiStorage),
            range(0xc00000, 0x1100000, Reserved),
        };
        EXPECT_EQ(ranges_of(read(image)), wanted);
    }
}

TEST(Multiboot2, BootServicesThatRunKeepTheirMemory) {
    Image image = efi_image(kWriteBack);
    image.tag(18, [] {});
    image.end();
    const Result result = read(image);
    EXPECT_EQ(result.failure, "");
    EXPECT_EQ(result.info.memory.total_usable(), Bytes{3 << 20});
}

TEST(Multiboot2, SpecialEfiMemoryIsNotUsable) {
    for (const u64 attributes : {u64{0}, u64{7}, (u64{1} << 18) | kWriteBack}) {
        Image image = efi_image(attributes);
        image.end();
        EXPECT_EQ(read(image).failure, "its memory map names no usable memory") << attributes;
    }
}

TEST(Multiboot2, TheOtherMapComesFirst) {
    Image image = efi_image(0);
    put_map(image);
    image.end();
    EXPECT_EQ(read(image).failure, "");
}

TEST(Multiboot2, RefusesEfiMapsOfWrongSize) {
    Image image = efi_image(kWriteBack);
    image.end();
    image.set(kBase + 16, u32{39});
    EXPECT_EQ(read(image).failure, "the entries of its memory map are too small");
    image.set(kBase + 16, u32{0});
    EXPECT_EQ(read(image).failure, "the entries of its memory map are too small");
    image.set(kBase + 16, u32{56});
    EXPECT_EQ(read(image).failure, "its memory map is cut short");
}

TEST(Multiboot2, EfiPagesDoNotOverflow) {
    for (const u64 pages : {u64{1} << 52, ~u64{0}}) {
        Image image;
        image.tag(17,
                  [&] { image.put_all(u32{40}, u32{1}, u32{7}, u32{0}, u64{0x100000}, u64{0}, pages, kWriteBack); });
        image.end();
        const Result result = read(image);
        EXPECT_EQ(result.failure, "");
        EXPECT_EQ(result.info.memory.usable_end(), MemoryMap::kEndOfMemory);
    }
}

} // namespace
} // namespace boot
