#include "base/format_spec.hpp"

#include "testing/test.hpp"

namespace base {

namespace {

bool is_well_formed(std::string_view format) {
    FormatParser parser(format);
    while (parser.next().has_value()) {
    }
    return parser.is_well_formed();
}

FormatSpec spec_of(std::string_view format) { return FormatParser(format).next().value_or(Replacement{}).spec; }

} // namespace

static_assert(sizeof(FormatSpec) == 2);

TEST(FormatParser, FindsReplacements) {
    FormatParser parser("a{}bc{:8}d");
    const auto first = parser.next();
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->begin, 1);
    EXPECT_EQ(first->end, 3);
    const auto second = parser.next();
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->begin, 5);
    EXPECT_EQ(second->end, 9);
    EXPECT_EQ(second->spec.width, 8);
    EXPECT_FALSE(parser.next().has_value());
    EXPECT_TRUE(parser.is_well_formed());
}

TEST(FormatParser, ReadsEveryPartOfASpec) {
    const FormatSpec spec = spec_of("{:<#064x}");
    EXPECT_TRUE(spec.alignment == Alignment::Left);
    EXPECT_TRUE(spec.prefix && spec.zero_fill);
    EXPECT_EQ(spec.width, 64);
    EXPECT_TRUE(spec.radix == Radix::Hexadecimal);
    EXPECT_TRUE(spec_of("{:>b}").alignment == Alignment::Right);
    EXPECT_TRUE(spec_of("{:b}").radix == Radix::Binary);
    EXPECT_TRUE(spec_of("{:d}").radix == Radix::Decimal);
    EXPECT_FALSE(spec_of("{:>9}").is_numeric());
    EXPECT_TRUE(spec_of("{:09}").is_numeric());
}

TEST(FormatParser, RefusesWhatIsMalformed) {
    for (const std::string_view format :
         {"{", "}", "a}b", "{:", "{:y}", "{x}", "{0}", "{:65}", "{:99999999999999999999}", "{:5", "{:xx}", "{:<>5}",
          "{{}", "{:{}}", "{ }", "{{", "}}", "{}}"}) {
        EXPECT_FALSE(is_well_formed(format));
    }
    for (const std::string_view format : {"", "a", "{}", "{:}", "{:#}", "{:0}", "{}{}", "{:>64b}"}) {
        EXPECT_TRUE(is_well_formed(format));
    }
}

} // namespace base
