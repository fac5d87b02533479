/// What changes many pages at once: writes withheld for a clone, marks harvested, pages joined; and protection keys.
#include <vector>

#include "libs/page_table/fake_processor.hpp"
#include "libs/page_table/fake_tables.hpp"
#include "libs/page_table/mapper.hpp"
#include "testing/test.hpp"

namespace page_table {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::u64;
using base::VirtualAddress;
using namespace base::literals;

class MapperMarksTest : public testing::Test {
  protected:
    /// In pages of 4 KiB, whatever is aligned.
    void map_small(u64 at, Bytes size, Access access = Access::ReadWrite) {
        Mapper<FakeTables> small(tables, top, 0);
        ASSERT_TRUE(
            small.map(VirtualAddress{at}, PhysicalAddress{(1ULL << 40) + at}, size, {access, Owner::User}).has_value());
    }

    bool is_writable(u64 at) { return mapper.translate(VirtualAddress{at})->entry.is_writable(); }

    std::vector<u64> harvest(u64 at, Bytes size, Marks marks) {
        std::vector<u64> told;
        Gather gather;
        const auto visit = [&told](VirtualAddress address, Entry, int) { told.push_back(address.value()); };
        EXPECT_TRUE(mapper.harvest(VirtualAddress{at}, size, marks, gather, kNoLimit, visit).has_value());
        processor.flush(gather);
        return told;
    }

    FakeTables tables;
    PhysicalAddress top = *tables.allocate_table();
    Mapper<FakeTables> mapper{tables, top, kLargestPageLevel};
    FakeProcessor processor{tables, top};
};

TEST_F(MapperMarksTest, AGigabyteIsWithheldInOneEntryAndPushedDownAlongOnePath) {
    map_small(1ULL << 30, 8_MiB);
    map_small(2ULL << 30, 4_KiB);
    Gather gather;
    ASSERT_TRUE(mapper.withhold_writes(VirtualAddress{1ULL << 30}, 1_GiB, gather).has_value());
    EXPECT_EQ(gather.ranges().size(), 1U);
    EXPECT_EQ(gather.ranges()[0].pages, 1U);
    EXPECT_EQ(gather.ranges()[0].level, 2);
    EXPECT_FALSE(is_writable(1ULL << 30));
    EXPECT_FALSE(is_writable((1ULL << 30) + 0x7f'f000));
    EXPECT_TRUE(is_writable(2ULL << 30));

    const VirtualAddress written{(1ULL << 30) + 0x20'1000};
    Gather again;
    const Attributes copy{Access::ReadWrite, Owner::User};
    const auto old = mapper.replace(written, PhysicalAddress{0x5000}, copy, again);
    ASSERT_TRUE(old.has_value());
    EXPECT_EQ(old->address().value(), (1ULL << 40) + written.value());
    EXPECT_TRUE(is_writable(written.value()));
    EXPECT_FALSE(is_writable(written.value() + 0x1000));
    EXPECT_FALSE(is_writable(1ULL << 30));
    EXPECT_TRUE(again.covers(written));
    EXPECT_FALSE(again.is_whole());
}

TEST_F(MapperMarksTest, WhatIsMappedWritableUnderAWithheldEntryIsWritable) {
    map_small(0, 4_KiB);
    Gather gather;
    ASSERT_TRUE(mapper.withhold_writes(VirtualAddress{0}, 1_GiB, gather).has_value());
    map_small(0x1000, 4_KiB);
    EXPECT_TRUE(is_writable(0x1000));
    EXPECT_FALSE(is_writable(0));
    ASSERT_TRUE(mapper.withhold_writes(VirtualAddress{0}, 1_GiB, gather).has_value());
    ASSERT_TRUE(mapper.protect(VirtualAddress{0}, 4_KiB, {Access::ReadWrite, Writes::Keep}, gather).has_value());
    EXPECT_FALSE(is_writable(0)) << "a copy-on-write page stays so";
    ASSERT_TRUE(mapper.protect(VirtualAddress{0}, 4_KiB, {Access::ReadWrite, Writes::Grant}, gather).has_value());
    EXPECT_TRUE(is_writable(0));
    EXPECT_FALSE(is_writable(0x1000));
}

TEST_F(MapperMarksTest, HarvestTellsEachMarkOnce) {
    map_small(0, 4_MiB);
    ASSERT_TRUE(processor.touch(VirtualAddress{0x3000}, false));
    ASSERT_TRUE(processor.touch(VirtualAddress{0x5000}, true));
    EXPECT_EQ(harvest(0, 4_MiB, Marks::Accessed), (std::vector<u64>{0x3000, 0x5000}));
    EXPECT_TRUE(harvest(0, 4_MiB, Marks::Accessed).empty());
    EXPECT_EQ(harvest(0, 4_MiB, Marks::AccessedAndDirty), (std::vector<u64>{0x5000}));
    EXPECT_TRUE(harvest(0, 4_MiB, Marks::AccessedAndDirty).empty());
    ASSERT_TRUE(processor.touch(VirtualAddress{0x5000}, true));
    EXPECT_EQ(harvest(0x5000, 4_KiB, Marks::AccessedAndDirty), (std::vector<u64>{0x5000}));
}

TEST_F(MapperMarksTest, HarvestTellsWhatWasUsedBeforeItsPageWasSplit) {
    const Attributes write{Access::ReadWrite, Owner::User};
    ASSERT_TRUE(mapper.map(VirtualAddress{0}, PhysicalAddress{0}, 2_MiB, write).has_value());
    ASSERT_TRUE(processor.touch(VirtualAddress{0x3000}, false));
    ASSERT_TRUE(mapper.protect(VirtualAddress{0x1000}, 4_KiB, Access::Read).has_value());
    EXPECT_EQ(harvest(0x5000, 4_KiB, Marks::Accessed), (std::vector<u64>{0x5000}));
    EXPECT_EQ(harvest(0, 2_MiB, Marks::Accessed).size(), 511U) << "the whole page was used";
    EXPECT_TRUE(harvest(0, 2_MiB, Marks::Accessed).empty());
}

TEST_F(MapperMarksTest, ASurveyTellsOfUsedAndUnusedPages) {
    map_small(0x1000, 12_KiB);
    ASSERT_TRUE(processor.touch(VirtualAddress{0x2000}, false));
    const auto survey = [this](Gather& gather) {
        std::vector<std::pair<u64, bool>> seen;
        const auto visit = [&seen](VirtualAddress at, Entry entry, int) {
            seen.emplace_back(at.value(), entry.is_accessed());
        };
        EXPECT_EQ(*mapper.survey(VirtualAddress{0}, 1_GiB, gather, kNoLimit, visit), 1_GiB);
        return seen;
    };
    using Seen = std::vector<std::pair<u64, bool>>;
    Gather used;
    EXPECT_EQ(survey(used), (Seen{{0x1000, false}, {0x2000, true}, {0x3000, false}}));
    EXPECT_TRUE(used.covers(VirtualAddress{0x2000}));
    Gather nothing;
    EXPECT_EQ(survey(nothing), (Seen{{0x1000, false}, {0x2000, false}, {0x3000, false}}));
    EXPECT_TRUE(nothing.is_empty());
    EXPECT_EQ(mapper.survey(VirtualAddress{1}, 4_KiB, nothing, kNoLimit, [](auto...) {}).error(),
              base::Error::InvalidArgument);
}

TEST_F(MapperMarksTest, LimitsCutAnOperationIntoSlices) {
    map_small(0x1000, 16_KiB);
    ASSERT_TRUE(processor.touch(VirtualAddress{0x4000}, true));
    Gather gather;
    u64 seen = 0;
    const auto count = [&seen](VirtualAddress, Entry, int) { ++seen; };
    EXPECT_EQ(*mapper.harvest(VirtualAddress{0}, 2_MiB, Marks::Accessed, gather, 4, count), 16_KiB);
    EXPECT_EQ(seen, 0U);
    EXPECT_EQ(*mapper.unmap(VirtualAddress{0x1000}, 16_KiB, gather, 3, count), 12_KiB);
    EXPECT_EQ(seen, 3U);
    EXPECT_EQ(*mapper.unmap(VirtualAddress{0x4000}, 4_KiB, gather, 3, count), 4_KiB);
    EXPECT_EQ(seen, 4U);
    EXPECT_EQ(tables.count(), 1U);
    EXPECT_EQ(*mapper.unmap(VirtualAddress{0}, 1_GiB, gather, 3, count), 1_GiB) << "emptiness costs one look";
}

TEST_F(MapperMarksTest, JoinsOnlyWhatIsOnePage) {
    map_small(0x20'0000, 2_MiB);
    Gather gather;
    EXPECT_EQ(mapper.join(VirtualAddress{0x20'1000}, 1, gather).error(), Error::InvalidArgument);
    EXPECT_EQ(mapper.join(VirtualAddress{0x20'0000}, 3, gather).error(), Error::InvalidArgument);
    EXPECT_EQ(mapper.join(VirtualAddress{0}, 1, gather).error(), Error::NotFound);
    ASSERT_TRUE(mapper.protect(VirtualAddress{0x20'3000}, 4_KiB, Access::Read).has_value());
    EXPECT_EQ(mapper.join(VirtualAddress{0x20'0000}, 1, gather).error(), Error::NotFound);
    ASSERT_TRUE(mapper.protect(VirtualAddress{0x20'3000}, 4_KiB, Access::ReadWrite).has_value());
    EXPECT_TRUE(gather.is_empty());

    const base::usize before = tables.count();
    ASSERT_TRUE(mapper.join(VirtualAddress{0x20'0000}, 1, gather).has_value());
    const auto page = mapper.translate(VirtualAddress{0x20'5000});
    EXPECT_EQ(page->level, 1);
    EXPECT_EQ(page->address.value(), (1ULL << 40) + 0x20'5000);
    EXPECT_TRUE(page->entry.is_dirty()) << "a write may have been under way";
    EXPECT_EQ(tables.count(), before - 1);
    EXPECT_TRUE(gather.covers(VirtualAddress{0x20'5000}));
    EXPECT_EQ(mapper.join(VirtualAddress{0x20'0000}, 1, gather).error(), Error::NotFound) << "it is one";
}

TEST_F(MapperMarksTest, AJoinedPageIsNoMoreWritableThanItsPieces) {
    map_small(0x20'0000, 2_MiB);
    Gather gather;
    ASSERT_TRUE(mapper.withhold_writes(VirtualAddress{0x20'0000}, 2_MiB, gather).has_value());
    ASSERT_TRUE(mapper.join(VirtualAddress{0x20'0000}, 1, gather).has_value());
    EXPECT_FALSE(is_writable(0x20'0000));
}

TEST_F(MapperMarksTest, JoinsLargePagesToo) {
    Mapper<FakeTables> middle(tables, top, 1);
    const VirtualAddress start{1ULL << 30};
    const Attributes read{Access::Read, Owner::User};
    ASSERT_TRUE(middle.map(start, PhysicalAddress{4ULL << 30}, 1_GiB, read).has_value());
    Gather gather;
    EXPECT_EQ(middle.join(start, 2, gather).error(), Error::InvalidArgument) << "this processor has none";
    ASSERT_TRUE(mapper.join(start, 2, gather).has_value());
    EXPECT_EQ(mapper.translate(start)->level, 2);
    EXPECT_FALSE(mapper.translate(start)->entry.is_dirty());
}

TEST_F(MapperMarksTest, PagesKeepTheirKeys) {
    ASSERT_TRUE(
        mapper.map(VirtualAddress{0}, PhysicalAddress{0}, 2_MiB, {Access::ReadWrite, Owner::User, Cache::WriteBack, 5})
            .has_value());
    Gather gather;
    ASSERT_TRUE(mapper.protect(VirtualAddress{0x1000}, 4_KiB, {.access = Access::Read}, gather).has_value());
    EXPECT_EQ(mapper.translate(VirtualAddress{0x1000})->entry.key(), 5);
    ASSERT_TRUE(mapper.protect(VirtualAddress{0x1000}, 4_KiB, {.access = Access::Read, .key = 15}, gather).has_value());
    EXPECT_EQ(mapper.translate(VirtualAddress{0x1000})->entry.key(), 15);
    EXPECT_EQ(mapper.translate(VirtualAddress{0x2000})->entry.key(), 5);
    EXPECT_EQ(mapper.translate(VirtualAddress{0x1000})->address.value(), 0x1000U);
}

TEST_F(MapperMarksTest, ReplaceSaysWhyNot) {
    const Attributes read{Access::Read, Owner::User};
    Gather gather;
    EXPECT_EQ(mapper.replace(VirtualAddress{0x1000}, PhysicalAddress{0}, read, gather).error(), Error::NotFound);
    ASSERT_TRUE(mapper.map(VirtualAddress{0}, PhysicalAddress{0}, 2_MiB, read).has_value());
    EXPECT_EQ(mapper.replace(VirtualAddress{0x1000}, PhysicalAddress{0}, read, gather).error(), Error::BadState);
    EXPECT_EQ(mapper.replace(VirtualAddress{0x1001}, PhysicalAddress{0}, read, gather).error(), Error::InvalidArgument);
    EXPECT_EQ(mapper.replace(VirtualAddress{0x1000}, PhysicalAddress{1}, read, gather).error(), Error::InvalidArgument);
    EXPECT_TRUE(gather.is_empty());
}

TEST_F(MapperMarksTest, PutsAPageWhateverWasThere) {
    const Attributes write{.access = Access::ReadWrite, .owner = Owner::User};
    Gather gather;
    ASSERT_TRUE(mapper.put(VirtualAddress{0x1000}, PhysicalAddress{0x5000}, write, gather).has_value());
    EXPECT_TRUE(gather.is_empty()) << "nothing was there";
    ASSERT_TRUE(mapper.put(VirtualAddress{0x1000}, PhysicalAddress{0x6000}, write, gather).has_value());
    EXPECT_TRUE(gather.covers(VirtualAddress{0x1000}));
    EXPECT_EQ(mapper.translate(VirtualAddress{0x1000})->address, PhysicalAddress{0x6000});
    // Where writes are withheld further up, the bit is pushed down for this page alone.
    map_small(0x2000, 4_KiB);
    ASSERT_TRUE(mapper.withhold_writes(VirtualAddress{0}, 512_GiB, gather).has_value());
    ASSERT_TRUE(mapper.put(VirtualAddress{0x1000}, PhysicalAddress{0x7000}, write, gather).has_value());
    EXPECT_TRUE(is_writable(0x1000));
    EXPECT_FALSE(is_writable(0x2000));
    ASSERT_TRUE(mapper.map(VirtualAddress{0x20'0000}, PhysicalAddress{0x20'0000}, 2_MiB, write).has_value());
    EXPECT_EQ(mapper.put(VirtualAddress{0x20'0000}, PhysicalAddress{0}, write, gather).error(), Error::Exists);
    EXPECT_EQ(mapper.put(VirtualAddress{0x1001}, PhysicalAddress{0}, write, gather).error(), Error::InvalidArgument);
    EXPECT_EQ(mapper.put(VirtualAddress{0x1000}, PhysicalAddress{1}, write, gather).error(), Error::InvalidArgument);
    ASSERT_TRUE(mapper.unmap(VirtualAddress{0}, 4_MiB).has_value());
    EXPECT_EQ(tables.count(), 1U) << "the pages were counted";
}

} // namespace page_table
