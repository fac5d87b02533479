#include "libs/boot/command_line.hpp"

#include <vector>

#include "testing/test.hpp"

namespace boot {
namespace {

using base::Error;

std::vector<Option> options_of(std::string_view line) {
    CommandLine words(line);
    std::vector<Option> options;
    for (Option option; words.next(option);) {
        options.push_back(option);
    }
    return options;
}

TEST(CommandLine, EmptyLinesHaveNoOptions) {
    EXPECT_TRUE(options_of("").empty());
    EXPECT_TRUE(options_of(" \t\r\n ").empty());
}

TEST(CommandLine, SplitsWordsAtBlanks) {
    const auto options = options_of("  log=debug\tkaslr=off  quiet\n");
    ASSERT_EQ(options.size(), 3U);
    EXPECT_EQ(options[0].name, "log");
    EXPECT_EQ(options[0].value, "debug");
    EXPECT_EQ(options[1].name, "kaslr");
    EXPECT_EQ(options[1].value, "off");
    EXPECT_EQ(options[2].name, "quiet");
    EXPECT_FALSE(options[2].has_value);
}

TEST(CommandLine, TellsAnEmptyValueFromNone) {
    const auto options = options_of("a= b");
    ASSERT_EQ(options.size(), 2U);
    EXPECT_TRUE(options[0].has_value);
    EXPECT_EQ(options[0].value, "");
    EXPECT_FALSE(options[1].has_value);
}

TEST(CommandLine, TheFirstEqualsSignDivides) {
    const auto options = options_of("virtio_mmio.device=512@0xfeb00e00:12 a=b=c =d");
    ASSERT_EQ(options.size(), 3U);
    EXPECT_EQ(options[0].name, "virtio_mmio.device");
    EXPECT_EQ(options[0].value, "512@0xfeb00e00:12");
    EXPECT_EQ(options[1].value, "b=c");
    EXPECT_EQ(options[2].name, "");
    EXPECT_EQ(options[2].value, "d");
}

TEST(CommandLine, QuotesKeepBlanks) {
    const auto options = options_of("test=\"Memory Map\" log=info");
    ASSERT_EQ(options.size(), 2U);
    EXPECT_EQ(options[0].value, "Memory Map");
    EXPECT_EQ(options[1].name, "log");
}

TEST(CommandLine, AQuoteThatNeverEndsTakesTheRest) {
    const auto options = options_of("a=\"b c=d");
    ASSERT_EQ(options.size(), 1U);
    EXPECT_EQ(options[0].value, "b c=d");
}

TEST(CommandLine, ALoneQuoteIsAnEmptyValue) {
    const auto options = options_of("a=\"");
    ASSERT_EQ(options.size(), 1U);
    EXPECT_EQ(options[0].value, "");
}

TEST(ParseNumber, ReadsDecimalAndHexadecimal) {
    EXPECT_EQ(parse_number("0", 10), 0U);
    EXPECT_EQ(parse_number("244", 255), 244U);
    EXPECT_EQ(parse_number("0xf4", 255), 0xf4U);
    EXPECT_EQ(parse_number("0xffffffffffffffff", ~0ULL), ~0ULL);
}

TEST(ParseNumber, RefusesWhatIsNone) {
    for (const std::string_view text : {"", "0x", "x", "-1", "1 ", "12a", "0xg", "0xF"}) {
        EXPECT_EQ(parse_number(text, 1000), Error::InvalidArgument) << text;
    }
}

TEST(ParseNumber, RefusesWhatDoesNotFit) {
    EXPECT_EQ(parse_number("256", 255), Error::Overflow);
    EXPECT_EQ(parse_number("18446744073709551615", ~0ULL), ~0ULL);
    EXPECT_EQ(parse_number("18446744073709551616", ~0ULL), Error::Overflow);
    EXPECT_EQ(parse_number("0x10000000000000000", ~0ULL), Error::Overflow);
    EXPECT_EQ(parse_number("99999999999999999999", ~0ULL), Error::Overflow);
}

TEST(ParseSwitch, KnowsOnAndOff) {
    EXPECT_EQ(parse_switch("on"), true);
    EXPECT_EQ(parse_switch("off"), false);
    EXPECT_EQ(parse_switch("yes"), Error::InvalidArgument);
    EXPECT_EQ(parse_switch(""), Error::InvalidArgument);
}

TEST(ParseSize, KnowsBinaryMultiples) {
    EXPECT_EQ(parse_size("512", 1000), 512U);
    EXPECT_EQ(parse_size("4K", 1 << 20), 4096U);
    EXPECT_EQ(parse_size("3M", ~0ULL), 3ULL << 20);
    EXPECT_EQ(parse_size("0x2G", ~0ULL), 2ULL << 30);
    EXPECT_EQ(parse_size("", ~0ULL), Error::InvalidArgument);
    EXPECT_EQ(parse_size("K", ~0ULL), Error::InvalidArgument);
    EXPECT_EQ(parse_size("4T", ~0ULL), Error::InvalidArgument);
    EXPECT_EQ(parse_size("2K", 2047), Error::Overflow);
    EXPECT_EQ(parse_size("17179869184G", ~0ULL), Error::Overflow);
}

} // namespace
} // namespace boot
