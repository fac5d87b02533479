#include "libs/boot/pvh.hpp"

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

constexpr u64 kBase = 0x1000;

/// Builds boot structures in memory from kBase on.
class Image {
  public:
    /// Where the next value will stand.
    [[nodiscard]] u64 here() const { return kBase + bytes_.size(); }

    template <class T>
    void put(T value) {
        bytes_.resize(bytes_.size() + sizeof(T));
        std::memcpy(&bytes_[bytes_.size() - sizeof(T)], &value, sizeof(T));
    }

    template <class... T>
    void put_all(T... values) {
        (put(values), ...);
    }

    u64 put_text(std::string_view text) {
        const u64 start = here();
        for (const char character : text) {
            put(character);
        }
        put('\0');
        return start;
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

/// A machine of 128 MiB as QEMU describes it, its start_info first.
class PvhTest : public testing::Test {
  protected:
    PvhTest() {
        image.put_all(u32{0x336ec578}, u32{1}, u32{0}, u32{1}, u64{0}, u64{0}, u64{0xf59e0}, u64{0}, u32{3}, u32{0});
        image.set(kMap, image.here());
        image.put_all(u64{0}, u64{0x9fc00}, u32{1}, u32{0});
        image.put_all(u64{0x9fc00}, u64{0x60400}, u32{2}, u32{0});
        image.put_all(u64{0x100000}, u64{0x7f00000}, u32{1}, u32{0});
        image.set(kModules, image.here());
        module = image.here();
        image.put_all(u64{0x7ff0000}, u64{0x1234}, u64{0}, u64{0});
        image.set(module + 16, image.put_text("bundle main"));
        image.set(kCommandLine, image.put_text("kaslr=off log=debug"));
    }

    std::string_view read() { return read_pvh(image.memory(), PhysicalAddress{kBase}, info); }

    static constexpr u64 kMagic = kBase;
    static constexpr u64 kVersion = kBase + 4;
    static constexpr u64 kModuleCount = kBase + 12;
    static constexpr u64 kModules = kBase + 16;
    static constexpr u64 kCommandLine = kBase + 24;
    static constexpr u64 kMap = kBase + 40;
    static constexpr u64 kMapCount = kBase + 48;

    Image image;
    u64 module = 0;
    BootInfo info;
};

TEST_F(PvhTest, ReadsAll) {
    EXPECT_EQ(read(), "");
    EXPECT_EQ(info.door, "pvh");
    EXPECT_EQ(info.command_line(), "kaslr=off log=debug");
    EXPECT_FALSE(info.command_line_was_cut());
    EXPECT_EQ(info.acpi_root, PhysicalAddress{0xf59e0});
    ASSERT_EQ(info.modules().size(), 1U);
    EXPECT_EQ(info.modules()[0].start, PhysicalAddress{0x7ff0000});
    EXPECT_EQ(info.modules()[0].size, Bytes{0x1234});
    EXPECT_EQ(info.modules()[0].text.view(), "bundle main");
}

TEST_F(PvhTest, TheMapIsNormalizedAndLacksTheModules) {
    EXPECT_EQ(read(), "");
    const std::vector<MemoryRange> wanted{
        {PhysicalAddress{0}, Bytes{0x9f000}, MemoryType::Usable},
        {PhysicalAddress{0x9fc00}, Bytes{0x60400}, MemoryType::Reserved},
        {PhysicalAddress{0x100000}, Bytes{0x7ef0000}, MemoryType::Usable},
        {PhysicalAddress{0x7ff0000}, Bytes{0x1234}, MemoryType::Reserved},
        {PhysicalAddress{0x7ff2000}, Bytes{0xe000}, MemoryType::Usable},
    };
    EXPECT_EQ(std::vector(info.memory.ranges().begin(), info.memory.ranges().end()), wanted);
}

TEST_F(PvhTest, NothingIsAtZero) { EXPECT_EQ(read_pvh(image.memory(), PhysicalAddress{0}, info), "it is missing"); }

TEST_F(PvhTest, NothingIsOutOfReach) {
    EXPECT_EQ(read_pvh(image.memory(), PhysicalAddress{~0ULL}, info), "it is missing");
}

TEST_F(PvhTest, RefusesAnotherMagic) {
    image.set(kMagic, u32{0x2badb002});
    EXPECT_EQ(read(), "its magic number is wrong");
}

TEST_F(PvhTest, VersionZeroHasNoMap) {
    image.set(kVersion, u32{0});
    EXPECT_EQ(read(), "it has no memory map (version 0)");
}

TEST_F(PvhTest, LaterVersionsOnlyAdd) {
    image.set(kVersion, u32{2});
    EXPECT_EQ(read(), "");
}

TEST_F(PvhTest, RefusesACutStructure) {
    image.cut(48);
    EXPECT_EQ(read(), "it is cut short");
    image.cut(39);
    EXPECT_EQ(read(), "it is missing");
}

TEST_F(PvhTest, RefusesAMissingMap) {
    image.set(kMapCount, u32{0});
    EXPECT_EQ(read(), "it has no memory map");
    image.set(kMapCount, u32{3});
    image.set(kMap, u64{0});
    EXPECT_EQ(read(), "it has no memory map");
}

TEST_F(PvhTest, RefusesAnEndlessMap) {
    image.set(kMapCount, ~u32{0});
    EXPECT_EQ(read(), "its memory map has too many entries");
}

TEST_F(PvhTest, RefusesAMapOutOfReach) {
    image.set(kMap, ~u64{0} - 8);
    EXPECT_EQ(read(), "its memory map lies out of reach");
}

TEST_F(PvhTest, RefusesAMapWithoutUsableMemory) {
    image.set(kMapCount, u32{1});
    image.set(kModuleCount, u32{0});
    image.set(kBase + 56 + 8, u64{0xfff});
    EXPECT_EQ(read(), "its memory map names no usable memory");
}

TEST_F(PvhTest, RefusesAMapOfTooManyRanges) {
    image.set(kMap, image.here());
    image.set(kMapCount, u32{300});
    for (u64 i = 0; i < 300; ++i) {
        image.put_all(i << 16, u64{0x1000}, u32{1}, u32{0});
    }
    EXPECT_EQ(read(), "its memory map has too many ranges");
}

TEST_F(PvhTest, RefusesOverlapsOfTooManyRanges) {
    image.set(kModuleCount, u32{0});
    image.set(kMap, image.here());
    image.set(kMapCount, u32{256});
    image.put_all(u64{0}, u64{1} << 32, u32{1}, u32{0});
    for (u64 i = 1; i < 256; ++i) {
        image.put_all(i << 16, u64{0x1000}, u32{2}, u32{0});
    }
    EXPECT_EQ(read(), "its memory map has too many ranges");
}

TEST_F(PvhTest, RefusesWhenAModuleNeedsOneRangeTooMany) {
    image.set(kMap, image.here());
    image.set(kMapCount, u32{256});
    for (u64 i = 0; i < 256; ++i) {
        image.put_all(i << 20, u64{0x1000}, u32{1}, u32{0});
    }
    EXPECT_EQ(read(), "its memory map has too many ranges");
}

TEST_F(PvhTest, RefusesTooManyModules) {
    image.set(kModuleCount, u32{9});
    EXPECT_EQ(read(), "it has too many modules");
}

TEST_F(PvhTest, RefusesAModuleListOutOfReach) {
    image.set(kModules, u64{0});
    EXPECT_EQ(read(), "its module list lies out of reach");
}

TEST_F(PvhTest, RefusesModulesOutsideOfMemory) {
    image.set(module, u64{0x8000000});
    EXPECT_EQ(read(), "a module lies outside of memory");
    image.set(module, u64{0x7fff000});
    EXPECT_EQ(read(), "a module lies outside of memory");
    image.set(module + 8, ~u64{0});
    EXPECT_EQ(read(), "a module lies outside of memory");
}

TEST_F(PvhTest, PassesOverAnEmptyModule) {
    image.set(module + 8, u64{0});
    EXPECT_EQ(read(), "");
    EXPECT_TRUE(info.modules().empty());
}

TEST_F(PvhTest, AModuleNeedsNoText) {
    image.set(module + 16, u64{0});
    EXPECT_EQ(read(), "");
    EXPECT_EQ(info.modules()[0].text.view(), "");
}

TEST_F(PvhTest, CommandLineMayBeMissing) {
    image.set(kCommandLine, u64{0});
    EXPECT_EQ(read(), "");
    EXPECT_EQ(info.command_line(), "");
}

TEST_F(PvhTest, CommandLineOutOfReachIsEmpty) {
    image.set(kCommandLine, u64{1} << 63);
    EXPECT_EQ(read(), "");
    EXPECT_EQ(info.command_line(), "");
}

TEST_F(PvhTest, CutsALongCommandLine) {
    image.set(kCommandLine, image.put_text(std::string(65536, 'x')));
    EXPECT_EQ(read(), "");
    EXPECT_EQ(info.command_line(), std::string(BootInfo::kCommandLineBytes, 'x'));
    EXPECT_TRUE(info.command_line_was_cut());
}

TEST_F(PvhTest, KeepsTheLongestCommandLineWhole) {
    image.set(kCommandLine, image.put_text(std::string(BootInfo::kCommandLineBytes, 'x')));
    EXPECT_EQ(read(), "");
    EXPECT_EQ(info.command_line().size(), BootInfo::kCommandLineBytes);
    EXPECT_FALSE(info.command_line_was_cut());
}

TEST_F(PvhTest, CommandLineWithoutEndStopsWithMemory) {
    image.set(kCommandLine, image.put_text("tail") + 1);
    image.set(image.here() - 1, 'x');
    EXPECT_EQ(read(), "");
    EXPECT_EQ(info.command_line(), "ailx");
}

TEST(BootInfo, HoldsEightModules) {
    BootInfo info;
    for (usize i = 0; i < BootInfo::kMaximumModules; ++i) {
        EXPECT_TRUE(info.add_module({.start = PhysicalAddress{i}, .size = Bytes{1}}));
    }
    EXPECT_FALSE(info.add_module({}));
    EXPECT_EQ(info.modules().size(), BootInfo::kMaximumModules);
}

} // namespace
} // namespace boot
