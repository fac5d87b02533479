#include "libs/shootdown/tag_cache.hpp"

#include "testing/test.hpp"

namespace shootdown {

using base::u64;

TEST(TagCache, KeepsATagForEachOfAFew) {
    TagCache tags(true);
    const Tag first = tags.choose(1, 0).tag;
    EXPECT_NE(first, 0);
    for (u64 id = 2; id <= TagCache::kTags; ++id) {
        EXPECT_TRUE(tags.choose(id, 0).flush);
    }
    EXPECT_EQ(tags.choose(1, 0).tag, first);
    EXPECT_FALSE(tags.choose(1, 0).flush);
    EXPECT_TRUE(tags.choose(1, 5).flush) << "translations were taken back meanwhile";
    EXPECT_FALSE(tags.choose(1, 5).flush);
    EXPECT_EQ(tags.generation(), 5U);
}

TEST(TagCache, ANewSpaceTakesTheTagThatWasGivenFirst) {
    TagCache tags(true);
    for (u64 id = 1; id <= TagCache::kTags; ++id) {
        tags.choose(id, 0);
    }
    EXPECT_TRUE(tags.choose(100, 0).flush);
    EXPECT_FALSE(tags.choose(2, 0).flush);
    EXPECT_TRUE(tags.choose(1, 0).flush) << "its tag has gone to another";
}

TEST(TagCache, WithoutTagsEveryEntryFlushes) {
    TagCache tags(false);
    EXPECT_TRUE(tags.choose(1, 0).flush);
    EXPECT_TRUE(tags.choose(2, 0).flush);
    EXPECT_TRUE(tags.choose(1, 0).flush);
    EXPECT_EQ(tags.choose(1, 3).tag, 0);
    tags.set_generation(4);
    EXPECT_EQ(tags.generation(), 4U);
}

} // namespace shootdown
