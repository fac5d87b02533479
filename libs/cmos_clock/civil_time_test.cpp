#include "libs/cmos_clock/civil_time.hpp"

#include <random>

#include "testing/test.hpp"

namespace cmos_clock {

using base::Nanoseconds;
using base::u64;

TEST(CivilTime, CountsFrom1970) {
    EXPECT_EQ((CivilTime{1970, 1, 1, 0, 0, 0}.since_1970()->value()), 0U);
    EXPECT_EQ((CivilTime{2000, 2, 29, 23, 59, 59}.since_1970()->value()), 951'868'799'000'000'000ULL);
    EXPECT_EQ((CivilTime{2030, 1, 2, 3, 4, 5}.since_1970()->value()), 1'893'553'445'000'000'000ULL);
}

TEST(CivilTime, RefusesDaysThatAreNot) {
    EXPECT_FALSE((CivilTime{2100, 2, 29, 0, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2023, 2, 29, 0, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2023, 4, 31, 0, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2023, 0, 1, 0, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2023, 13, 1, 0, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2023, 1, 0, 0, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{1969, 12, 31, 0, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2501, 1, 1, 0, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2023, 1, 1, 24, 0, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2023, 1, 1, 0, 60, 0}.since_1970().has_value()));
    EXPECT_FALSE((CivilTime{2023, 1, 1, 0, 0, 60}.since_1970().has_value()));
    EXPECT_TRUE((CivilTime{2500, 12, 31, 23, 59, 59}.since_1970().has_value()));
}

TEST(CivilTime, GoesThereAndBack) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        const Nanoseconds time{random() % 16'000'000'000ULL * 1'000'000'000};
        EXPECT_EQ(CivilTime::from(time).since_1970()->value(), time.value());
    }
}

TEST(CivilTime, IsReadable) {
    base::FixedText<40> text;
    CivilTime{2030, 1, 2, 3, 4, 5}.print(text);
    EXPECT_EQ(text.view(), "2030-01-02 03:04:05");
}

} // namespace cmos_clock
