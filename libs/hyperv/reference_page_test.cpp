#include "libs/hyperv/reference_page.hpp"

#include "testing/test.hpp"

namespace hyperv {

using base::u64;

namespace {

/// 10 MHz of time from a counter of 2.5 GHz: 2^64 / 250.
constexpr u64 kScale = ~0ULL / 250;

} // namespace

TEST(HyperVReferencePage, GivesNanoseconds) {
    ReferencePage page;
    page.write(1, kScale, 70);
    const auto reading = page.read(2'500'000'000);
    ASSERT_TRUE(reading.has_value());
    EXPECT_EQ(reading->sequence, 1U);
    const u64 second = reading->base.time.value();
    EXPECT_TRUE(second >= 1'000'006'900 && second <= 1'000'007'000);
    const u64 later = reading->base.at(5'000'000'000).value();
    EXPECT_TRUE(later >= 2'000'006'800 && later <= 2'000'007'001);
}

TEST(HyperVReferencePage, AnOffsetMayBeNegative) {
    ReferencePage page;
    page.write(1, kScale, -9'000'000);
    const u64 time = page.read(2'500'000'000)->base.time.value();
    EXPECT_TRUE(time >= 99'999'800 && time <= 100'000'000);
}

TEST(HyperVReferencePage, SaysWhenItDoesNotHold) {
    ReferencePage page;
    EXPECT_EQ(page.read(1).error(), base::Error::Unsupported);
    page.write(1, 0, 0);
    EXPECT_EQ(page.read(1).error(), base::Error::OutOfRange);
}

} // namespace hyperv
