#include "libs/page_table/mapper.hpp"

#include "libs/page_table/fake_tables.hpp"
#include "testing/test.hpp"

namespace page_table {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::VirtualAddress;
using namespace base::literals;

class MapperTest : public testing::Test {
  protected:
    base::Result<void> map(base::u64 at, Bytes size, Access access = Access::ReadWrite, base::u64 frame = 1ULL << 40) {
        return mapper.map(VirtualAddress{at}, PhysicalAddress{frame}, size, access, Owner::User);
    }

    base::Result<void> unmap(base::u64 at, Bytes size) { return mapper.unmap(VirtualAddress{at}, size); }

    /// -1: not mapped.
    int level_at(base::u64 at) {
        const auto found = mapper.translate(VirtualAddress{at});
        return found ? found->level : -1;
    }

    FakeTables tables;
    PhysicalAddress top = *tables.allocate_table();
    Mapper<FakeTables> mapper{tables, top, kLargestPageLevel};
};

TEST_F(MapperTest, TranslatesWhatItMapped) {
    ASSERT_TRUE(map(0x40'0000'1000, 8_KiB).has_value());
    const auto found = mapper.translate(VirtualAddress{0x40'0000'2345});
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->address.value(), (1ULL << 40) + 0x1345);
    EXPECT_EQ(found->level, 0);
    EXPECT_TRUE(found->entry.is_writable());
    EXPECT_FALSE(found->entry.is_executable());
    EXPECT_TRUE(found->entry.is_user());
    EXPECT_FALSE(found->entry.is_global());
    EXPECT_EQ(mapper.translate(VirtualAddress{0x40'0000'3000}).error(), Error::NotFound);
    EXPECT_EQ(mapper.translate(VirtualAddress{0x40'0000'0fff}).error(), Error::NotFound);
}

TEST_F(MapperTest, UsesTheLargestPagesThatFit) {
    ASSERT_TRUE(
        map((1ULL << 30) - 0x20'1000, 1_GiB + 4_MiB + 4_KiB, Access::Read, (1ULL << 40) - 0x20'1000).has_value());
    EXPECT_EQ(level_at((1ULL << 30) - 0x20'1000), 0);
    EXPECT_EQ(level_at((1ULL << 30) - 0x20'0000), 1);
    EXPECT_EQ(level_at(1ULL << 30), 2);
    EXPECT_EQ(level_at(2ULL << 30), 1);
    EXPECT_EQ(level_at((2ULL << 30) + 0x20'0000), -1);
}

TEST_F(MapperTest, KeepsToSmallerPagesWhereTheProcessorHasNoLargeOnes) {
    Mapper<FakeTables> small(tables, top, 0);
    ASSERT_TRUE(small.map(VirtualAddress{0}, PhysicalAddress{0}, 2_MiB, Access::ReadExecute, Owner::User).has_value());
    EXPECT_EQ(level_at(0), 0);
    EXPECT_TRUE(mapper.translate(VirtualAddress{0})->entry.is_executable());
    EXPECT_FALSE(mapper.translate(VirtualAddress{0})->entry.is_writable());
}

TEST_F(MapperTest, RefusesWhatCannotBe) {
    EXPECT_EQ(map(0x1001, 4_KiB).error(), Error::InvalidArgument);
    EXPECT_EQ(map(0x1000, 100_B).error(), Error::InvalidArgument);
    EXPECT_EQ(map(0x1000, 0_B).error(), Error::InvalidArgument);
    EXPECT_EQ(map(0x1000, 4_KiB, Access::Read, 0x800).error(), Error::InvalidArgument);
    EXPECT_EQ(map(0x1000, 8_KiB, Access::Read, (1ULL << 52) - 0x1000).error(), Error::InvalidArgument);
    EXPECT_EQ(map(0x7fff'ffff'f000, 8_KiB).error(), Error::InvalidArgument) << "leaves the lower half";
    EXPECT_EQ(map(0x8000'0000'0000, 4_KiB).error(), Error::InvalidArgument) << "not canonical";
    EXPECT_EQ(map(0xffff'8000'0000'0000, 4_KiB).error(), Error::InvalidArgument) << "the user's in the kernel's half";
    EXPECT_EQ(map(0xffff'ffff'ffff'f000, 8_KiB).error(), Error::InvalidArgument) << "wraps around";
    EXPECT_EQ(mapper.translate(VirtualAddress{1ULL << 50}).error(), Error::InvalidArgument);
    EXPECT_EQ(tables.count(), 1U);
}

TEST_F(MapperTest, MapsTheLastPageOfAll) {
    const VirtualAddress last{0xffff'ffff'ffff'f000};
    ASSERT_TRUE(mapper.map(last, PhysicalAddress{0}, 4_KiB, Access::Read, Owner::Kernel).has_value());
    EXPECT_TRUE(mapper.translate(last)->entry.is_global());
    EXPECT_TRUE(mapper.unmap(last, 4_KiB).has_value());
    EXPECT_FALSE(mapper.translate(last).has_value());
}

TEST_F(MapperTest, AnOverlapChangesNothing) {
    ASSERT_TRUE(map(0x20'3000, 4_KiB, Access::Read).has_value());
    const base::usize before = tables.count();
    EXPECT_EQ(map(0, 4_MiB).error(), Error::Exists);
    EXPECT_EQ(level_at(0), -1);
    EXPECT_EQ(level_at(0x20'2000), -1);
    EXPECT_EQ(level_at(0x20'3000), 0);
    EXPECT_EQ(tables.count(), before);
}

TEST_F(MapperTest, APageUnderALargeOneExists) {
    ASSERT_TRUE(map(0, 2_MiB).has_value());
    EXPECT_EQ(map(0x1000, 4_KiB).error(), Error::Exists);
}

TEST_F(MapperTest, WithoutMemoryForTablesNothingChanges) {
    for (base::usize limit = 1; limit < 8; ++limit) {
        tables.limit = limit;
        if (map(0x7f'ffff'f000, 12_KiB).has_value()) {
            EXPECT_EQ(limit, 7U) << "three tables on each side of the border, and the top";
            return;
        }
        EXPECT_EQ(tables.count(), 1U);
    }
    EXPECT_TRUE(false) << "it never had enough";
}

TEST_F(MapperTest, SplitsALargePageAtTheBorders) {
    ASSERT_TRUE(map(0, 1_GiB).has_value());
    ASSERT_EQ(level_at(0), 2);
    ASSERT_TRUE(unmap(0x40'1000, 4_KiB).has_value());
    EXPECT_EQ(level_at(0x40'0000), 0);
    EXPECT_EQ(level_at(0x40'1000), -1);
    EXPECT_EQ(level_at(0x40'2000), 0);
    EXPECT_EQ(level_at(0x20'0000), 1);
    EXPECT_EQ(mapper.translate(VirtualAddress{0x3fff'f123})->address.value(), (1ULL << 40) + 0x3fff'f123);
}

TEST_F(MapperTest, ASplitWithoutMemoryChangesNothing) {
    ASSERT_TRUE(map(0, 1_GiB).has_value());
    tables.limit = tables.count();
    EXPECT_EQ(unmap(0x40'1000, 4_KiB).error(), Error::NoMemory);
    EXPECT_EQ(mapper.protect(VirtualAddress{0x40'1000}, 4_KiB, Access::Read).error(), Error::NoMemory);
    EXPECT_EQ(mapper.translate(VirtualAddress{0x40'1000})->address.value(), (1ULL << 40) + 0x40'1000);
    EXPECT_TRUE(mapper.translate(VirtualAddress{0x40'1000})->entry.is_writable());
}

TEST_F(MapperTest, ProtectsOnlyWhatItWasAsked) {
    ASSERT_TRUE(map(0, 4_MiB).has_value());
    ASSERT_TRUE(mapper.protect(VirtualAddress{0x1f'f000}, 8_KiB, Access::ReadExecute).has_value());
    const auto is_writable = [this](base::u64 at) { return mapper.translate(VirtualAddress{at})->entry.is_writable(); };
    EXPECT_TRUE(is_writable(0x1f'e000));
    EXPECT_FALSE(is_writable(0x1f'f000));
    EXPECT_FALSE(is_writable(0x20'0000));
    EXPECT_TRUE(is_writable(0x20'1000));
    EXPECT_EQ(mapper.protect(VirtualAddress{0x1}, 8_KiB, Access::Read).error(), Error::InvalidArgument);
}

TEST_F(MapperTest, GivesBackEmptyTablesButTheSharedOnes) {
    ASSERT_TRUE(map(0x1000, 4_MiB).has_value());
    ASSERT_TRUE(unmap(0, 1_GiB).has_value());
    EXPECT_EQ(tables.count(), 1U);
    const VirtualAddress kernel{0xffff'9000'0000'0000};
    ASSERT_TRUE(mapper.map(kernel, PhysicalAddress{0}, 4_KiB, Access::Read, Owner::Kernel).has_value());
    ASSERT_TRUE(mapper.unmap(kernel, 4_KiB).has_value());
    EXPECT_EQ(tables.count(), 2U) << "other address spaces lead to it too";
}

TEST_F(MapperTest, CachesAsAsked) {
    const VirtualAddress registers{0xffff'9000'0000'0000};
    ASSERT_TRUE(
        mapper.map(registers, PhysicalAddress{0xfee0'0000}, 4_KiB, Access::ReadWrite, Owner::Kernel, Cache::Uncached)
            .has_value());
    EXPECT_EQ(mapper.translate(registers)->entry.cache(), Cache::Uncached);
    EXPECT_EQ(mapper.translate(registers)->entry.word() & 0x18, 0x18U) << "PCD and PWT";
}

} // namespace page_table
