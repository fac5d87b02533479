#include "libs/elf/relocations.hpp"

#include <functional>
#include <map>

#include "libs/elf/fake_program.hpp"
#include "libs/elf/image.hpp"
#include "testing/test.hpp"

namespace elf {

using base::Bytes;
using base::Error;
using base::u64;
using base::VirtualAddress;

namespace {

constexpr u64 kPage = FakeProgram::kPage;
constexpr u64 kData = 2 * kPage;
constexpr u64 kTable = 4 * kPage;
constexpr VirtualAddress kStart{0x40'0000'0000};

DynamicEntry tag(DynamicTag tag, u64 value) { return {static_cast<u64>(tag), value}; }

/// A good program with a table of relocations in a segment of its own.
class Relocated {
  public:
    explicit Relocated(const std::vector<base::u8>& table, const std::vector<base::u8>& dynamic,
                       const std::vector<base::u8>& data = std::vector<base::u8>(64)) {
        FakeProgram program;
        program.programs.reserve(16);
        program.add(ProgramType::Load, kFlagRead | kFlagExecute, kPage, {0x90});
        program.add(ProgramType::Load, kFlagRead | kFlagWrite, kData, data).memory_size = 2 * kPage;
        program.add(ProgramType::Load, kFlagRead, kTable, table);
        program.add(ProgramType::Dynamic, kFlagRead, 5 * kPage, dynamic);
        file_ = program.file();
    }

    [[nodiscard]] base::Result<std::map<u64, u64>> words() const {
        const Image image = TRY(Image::open(file_));
        std::map<u64, u64> written;
        TRY(image.relocate(kStart, [&written](Bytes place, u64 value) { written[place.value()] = value; }));
        return written;
    }

  private:
    std::vector<std::byte> file_;
};

std::vector<base::u8> plain(u64 size, u64 item = sizeof(Relocation)) {
    return bytes_of(tag(DynamicTag::Relocations, kTable), tag(DynamicTag::RelocationsSize, size),
                    tag(DynamicTag::RelocationSize, item), tag(DynamicTag::Null, 0), tag(DynamicTag::Needed, 1));
}

std::vector<base::u8> packed(u64 size, u64 address = kTable) {
    return bytes_of(tag(DynamicTag::PackedRelocations, address), tag(DynamicTag::PackedRelocationsSize, size),
                    tag(DynamicTag::PackedRelocationSize, 8));
}

} // namespace

TEST(ElfRelocations, PlainOnesAddTheStart) {
    const auto table =
        bytes_of(Relocation{kData + 8, kRelocationRelative, 0x123}, Relocation{kData + kPage, kRelocationRelative, 1});
    const auto words = Relocated(table, plain(table.size())).words();
    ASSERT_TRUE(words.has_value());
    EXPECT_EQ(*words, (std::map<u64, u64>{{kData + 8, kStart.value() + 0x123}, {kData + kPage, kStart.value() + 1}}));
}

TEST(ElfRelocations, PackedOnesAddToWhatStandsThere) {
    // The word at the start of the data, then by bitmap the next but one.
    const auto table = bytes_of(kData, u64{0b101});
    const auto words = Relocated(table, packed(table.size()), bytes_of(u64{0x10}, u64{0x20}, u64{0x30})).words();
    ASSERT_TRUE(words.has_value());
    EXPECT_EQ(*words, (std::map<u64, u64>{{kData, kStart.value() + 0x10}, {kData + 16, kStart.value() + 0x30}}));
}

TEST(ElfRelocations, BitmapsFollowEachOther) {
    const auto table = bytes_of(kData, u64{1}, u64{0b11});
    const auto words = Relocated(table, packed(table.size())).words();
    ASSERT_TRUE(words.has_value());
    EXPECT_EQ(*words, (std::map<u64, u64>{{kData, kStart.value()}, {kData + 64 * 8, kStart.value()}}));
}

TEST(ElfRelocations, OnlyDataIsWritten) {
    for (const u64 place : {u64{0}, kPage, kTable, kData - 1, kData + 2 * kPage - 7, ~u64{0}, ~u64{7}}) {
        const auto table = bytes_of(Relocation{place, kRelocationRelative, 0});
        EXPECT_EQ(Relocated(table, plain(table.size())).words().error(), Error::Corrupt) << place;
    }
    for (const u64 place : {u64{0}, kPage, kTable, kData + 2 * kPage, ~u64{1}}) {
        const auto table = bytes_of(place);
        EXPECT_EQ(Relocated(table, packed(table.size())).words().error(), Error::Corrupt) << place;
    }
}

TEST(ElfRelocations, ABitmapCannotLeadOut) {
    const auto table = bytes_of(kData + 2 * kPage - 8, u64{0b11});
    EXPECT_EQ(Relocated(table, packed(table.size())).words().error(), Error::Corrupt);
    const auto first = bytes_of(u64{0b11});
    EXPECT_EQ(Relocated(first, packed(first.size())).words().error(), Error::Corrupt);
}

TEST(ElfRelocations, SymbolsAreUnsupported) {
    const auto table = bytes_of(Relocation{kData, 1ULL << 32 | 6, 0});
    EXPECT_EQ(Relocated(table, plain(table.size())).words().error(), Error::Unsupported);
    for (const DynamicTag needed : {DynamicTag::Needed, DynamicTag::TextRelocations, DynamicTag::PlainRelocations,
                                    DynamicTag::ProcedureRelocationsSize}) {
        EXPECT_EQ(Relocated({1}, bytes_of(tag(needed, 24))).words().error(), Error::Unsupported);
    }
}

TEST(ElfRelocations, TablesLieInTheFile) {
    const auto table = bytes_of(Relocation{kData, kRelocationRelative, 0});
    EXPECT_EQ(Relocated(table, plain(48)).words().error(), Error::Corrupt);
    EXPECT_EQ(Relocated(table, plain(23)).words().error(), Error::Corrupt);
    EXPECT_EQ(Relocated(table, plain(24, 16)).words().error(), Error::Corrupt);
    EXPECT_EQ(Relocated(table, packed(8, ~0ULL - 7)).words().error(), Error::Corrupt);
    EXPECT_EQ(Relocated(table, packed(8, kData + kPage)).words().error(), Error::Corrupt);
    EXPECT_EQ(Relocated(table, {1, 2, 3}).words().error(), Error::OutOfRange);
}

} // namespace elf
