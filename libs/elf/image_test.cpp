#include "libs/elf/image.hpp"

#include <functional>

#include "libs/elf/fake_program.hpp"
#include "testing/test.hpp"

namespace elf {

using base::Bytes;
using base::Error;
using base::u64;

namespace {

constexpr u64 kPage = FakeProgram::kPage;

/// What a file is refused with, after `spoil` changed a good one.
Error refusal(const std::function<void(FakeProgram&)>& spoil) {
    FakeProgram program = FakeProgram::good();
    spoil(program);
    const auto file = program.file();
    const auto image = Image::open(file);
    EXPECT_FALSE(image.has_value());
    return image ? Error::BadState : image.error();
}

} // namespace

TEST(ElfImage, ShowsItsSegments) {
    const auto file = FakeProgram::good().file();
    const auto image = Image::open(file);
    ASSERT_TRUE(image.has_value());
    ASSERT_EQ(image->segments().size(), 3U);
    EXPECT_EQ(image->entry(), Bytes{kPage});
    EXPECT_EQ(image->size(), Bytes{4 * kPage});
    EXPECT_EQ(image->segments()[0].access, Access::Read);
    EXPECT_EQ(image->segments()[0].content.size(), 3U);
    EXPECT_EQ(image->segments()[1].access, Access::ReadExecute);
    EXPECT_EQ(image->segments()[2].access, Access::ReadWrite);
    EXPECT_EQ(image->segments()[2].size, Bytes{5000});
    EXPECT_EQ(image->segments()[2].content.size(), 64U);
    EXPECT_FALSE(image->read_only_after_relocation().has_value());
}

TEST(ElfImage, WhatIsNoElfFileIsCorrupt) {
    EXPECT_EQ(Image::open({}).error(), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.magic[0] = 0; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.program_header_size = 32; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.program_headers = ~0ULL; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.program_headers = 4 * kPage - 56; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs.clear(); }), Error::Corrupt);
}

TEST(ElfImage, AnotherKindIsUnsupported) {
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.file_class = 1; }), Error::Unsupported);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.data = 2; }), Error::Unsupported);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.type = 2; }), Error::Unsupported);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.machine = 183; }), Error::Unsupported);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.add(ProgramType::Interpreter, kFlagRead, 0); }), Error::Unsupported);
}

TEST(ElfImage, ThreadLocalStorageIsTheProgramsOwn) {
    FakeProgram program = FakeProgram::good();
    program.add(ProgramType::ThreadLocal, kFlagRead, 2 * kPage, {1, 2, 3, 4});
    EXPECT_TRUE(Image::open(program.file()).has_value());
    EXPECT_EQ(refusal([](FakeProgram& p) { p.add(ProgramType::ThreadLocal, kFlagRead, 0).offset = 99 * kPage; }),
              Error::Corrupt);
}

TEST(ElfImage, NothingIsWritableAndExecutable) {
    constexpr base::u32 kAll = kFlagRead | kFlagWrite | kFlagExecute;
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[1].flags = kAll; }), Error::Unsupported);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.add(ProgramType::Stack, kAll, 0); }), Error::Unsupported);
}

TEST(ElfImage, SegmentsLieInTheFileAndInOrder) {
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[2].offset = 5 * kPage; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[2].offset = ~0ULL << 12; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[2].file_size = 5001; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[2].memory_size = 0; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[2].memory_size = ~0ULL; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[2].address = ~0ULL << 12; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[2].address += 8; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[2].address = kPage; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.programs[1].memory_size = kPage + 1; }), Error::Corrupt);
}

TEST(ElfImage, ThereIsAnEndToSegments) {
    EXPECT_EQ(refusal([](FakeProgram& p) {
                  for (u64 i = 0; i < Image::kMaximumSegments; ++i) {
                      p.add(ProgramType::Load, kFlagRead, (i + 8) * kPage, {1});
                  }
              }),
              Error::Corrupt);
}

TEST(ElfImage, TheEntryIsCode) {
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.entry = 0; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.entry = kPage + 2; }), Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) { p.header.entry = ~0ULL; }), Error::Corrupt);
}

TEST(ElfImage, WhatIsReadOnlyLaterIsWholePagesOfData) {
    FakeProgram program = FakeProgram::good();
    program.add(ProgramType::ReadOnlyAfterRelocation, kFlagRead, 2 * kPage + 8).memory_size = kPage - 8;
    const auto file = program.file();
    const auto image = Image::open(file);
    ASSERT_TRUE(image.has_value());
    ASSERT_TRUE(image->read_only_after_relocation().has_value());
    EXPECT_EQ(image->read_only_after_relocation()->start, Bytes{2 * kPage});
    EXPECT_EQ(image->read_only_after_relocation()->size, Bytes{kPage});
    EXPECT_EQ(refusal([](FakeProgram& p) { p.add(ProgramType::ReadOnlyAfterRelocation, kFlagRead, kPage); }),
              Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) {
                  p.add(ProgramType::ReadOnlyAfterRelocation, kFlagRead, 2 * kPage).memory_size = 3 * kPage;
              }),
              Error::Corrupt);
    EXPECT_EQ(refusal([](FakeProgram& p) {
                  p.add(ProgramType::ReadOnlyAfterRelocation, kFlagRead, 2 * kPage).memory_size = ~0ULL;
              }),
              Error::Corrupt);
}

TEST(ElfImage, EveryCutOffFileIsRefused) {
    FakeProgram program = FakeProgram::good();
    program.add(ProgramType::Note, kFlagRead, 0, bytes_of(NoteHeader{4, 0, 1}, base::u32{0x41}));
    const auto file = program.file();
    ASSERT_TRUE(Image::open(file).has_value());
    for (base::usize size = 0; size < 3 * kPage + 64; size += 7) {
        EXPECT_EQ(Image::open(std::span(file).first(size)).error(), Error::Corrupt) << size;
    }
}

} // namespace elf
