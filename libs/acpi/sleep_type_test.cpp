#include "libs/acpi/sleep_type.hpp"

#include <string>

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Error;
using base::u8;

using namespace std::string_view_literals;

base::Result<S5> read(std::string_view aml) { return sleep_type_s5(std::as_bytes(std::span(aml))); }

/// Expects both types.
void expect(std::string_view aml, u8 type_a, u8 type_b) {
    const auto s5 = read(aml);
    ASSERT_TRUE(s5);
    EXPECT_EQ(s5->type_a, type_a);
    EXPECT_EQ(s5->type_b, type_b);
}

TEST(SleepType, ReadsADsdt) {
    const auto s5 = sleep_type_s5(good_dsdt().bytes());
    ASSERT_TRUE(s5);
    EXPECT_EQ(s5->type_a, 5);
    EXPECT_EQ(s5->type_b, 4);
}

TEST(SleepType, ReadsEveryFormOfANumber) {
    expect("\x08_S5_\x12\x04\x02\x00\x01"sv, 0, 1);
    expect("\x08\\_S5_\x12\x06\x02\x0a\x07\x0a\x05"sv, 7, 5);
    expect("\x08_S5_\x12\x0a\x02\x0b\x03\x00\x0c\x02\x00\x00\x00"sv, 3, 2);
    expect("\x08_S5_\x12\x0c\x02\x0e\x06\x00\x00\x00\x00\x00\x00\x00\x01"sv, 6, 1);
}

TEST(SleepType, ReadsEveryFormOfALength) {
    expect("\x08_S5_\x12\x45\x00\x02\x01\x01"sv, 1, 1);
    expect("\x08_S5_\x12\x86\x00\x00\x02\x01\x01"sv, 1, 1);
    expect("\x08_S5_\x12\xc7\x00\x00\x00\x02\x01\x01"sv, 1, 1);
    const std::string padding(300, '\0');
    expect("\x08_S5_\x12\x40\x10\x02\x01\x01" + padding, 1, 1);
}

TEST(SleepType, OneElementHoldsBoth) {
    expect("\x08_S5_\x12\x04\x01\x0a\x05"sv, 5, 0);
    expect("\x08_S5_\x12\x05\x01\x0b\x05\x04"sv, 5, 4);
}

TEST(SleepType, NeedsADefinition) {
    for (const std::string_view aml : {""sv, "_S5_"sv, "\x08_S5_"sv, "_S5_\x12\x04\x02\x00\x01"sv, "\x08_S5_\x0a\x05"sv,
                                       "\\_S5_\x12\x04\x02"sv, "\x08_S4_\x12\x04\x02\x00\x01"sv, "\x08_S5"sv}) {
        EXPECT_EQ(read(aml).error(), Error::NotFound);
    }
}

TEST(SleepType, RefusesDamagedPackages) {
    for (const std::string_view aml :
         {"\x08_S5_\x12"sv, "\x08_S5_\x12\x00"sv, "\x08_S5_\x12\x01"sv, "\x08_S5_\x12\x02\x00"sv,
          "\x08_S5_\x12\x02\x02"sv, "\x08_S5_\x12\x03\x02\x00"sv, "\x08_S5_\x12\x05\x02\x00\x01"sv,
          "\x08_S5_\x12\x41\x00\x02\x00\x01"sv, "\x08_S5_\x12\xc7\x00\x00"sv, "\x08_S5_\x12\xcf\xff\xff\xff\x02"sv,
          "\x08_S5_\x12\x05\x02\x0a\x08\x00"sv, "\x08_S5_\x12\x05\x02\x00\x0a\x08"sv, "\x08_S5_\x12\x04\x02\xff\x00"sv,
          "\x08_S5_\x12\x06\x02"
          "GHIJ"sv,
          "\x08_S5_\x12\x06\x02\x0c\x00\x00\x00"sv}) {
        EXPECT_EQ(read(aml).error(), Error::Corrupt);
    }
}

TEST(SleepType, GoesOnBehindWhatOnlyLooksLikeIt) {
    expect("\x08_S5_\x12\x00 _S5_ \x08_S5_\x12\x04\x02\x01\x00"sv, 1, 0);
}

} // namespace
} // namespace acpi
