#include "tools/tess/verbs/options.hpp"

#include "testing/test.hpp"

namespace tess {

namespace {

const OptionSet kKnown{.with_value = {"--memory"}, .flags = {"--long"}};

} // namespace

TEST(Options, TakesBothFormsOfAValue) {
    EXPECT_EQ(parse_options({"--memory", "1GiB"}, kKnown)->get("--memory", ""), "1GiB");
    EXPECT_EQ(parse_options({"--memory=1GiB"}, kKnown)->get("--memory", ""), "1GiB");
    EXPECT_EQ(parse_options({}, kKnown)->get("--memory", "none"), "none");
}

TEST(Options, KeepsWordsAndFlags) {
    const auto options = parse_options({"boot", "--long", "crash"}, kKnown);
    ASSERT_TRUE(options.has_value());
    EXPECT_EQ(options->words, (std::vector<std::string>{"boot", "crash"}));
    EXPECT_TRUE(options->has("--long"));
}

TEST(Options, RefusesWhatItDoesNotKnow) {
    EXPECT_FALSE(parse_options({"--colour"}, kKnown).has_value());
    EXPECT_FALSE(parse_options({"--memory"}, kKnown).has_value());
    EXPECT_FALSE(parse_options({"--long=yes"}, kKnown).has_value());
    EXPECT_FALSE(parse_options({"-x"}, kKnown).has_value());
}

TEST(Options, CountsHaveBounds) {
    EXPECT_EQ(parse_count("4", 1, 64, "number of CPUs").value(), 4);
    for (const char* wrong : {"", "0", "65", "four", "4x", "-1", "99999999999"}) {
        EXPECT_FALSE(parse_count(wrong, 1, 64, "number of CPUs").has_value()) << wrong;
    }
}

} // namespace tess
