#include "base/format_spec.hpp"

#include "testing/test.hpp"

namespace base {

namespace {

bool is_well_formed(std::string_view format) {
    FormatParser parser(format);
    while (!parser.at_end()) {
        static_cast<void>(parser.next());
    }
    return parser.is_well_formed();
}

FormatSpec spec_of(std::string_view format) { return FormatParser(format).next().replacement.value_or(FormatSpec{}); }

} // namespace

TEST(FormatParser, TakesTextAndReplacementsApart) {
    FormatParser parser("a{}b{{c");
    FormatPiece piece = parser.next();
    EXPECT_EQ(piece.literal, "a");
    EXPECT_TRUE(piece.replacement.has_value());
    piece = parser.next();
    EXPECT_EQ(piece.literal, "b{");
    EXPECT_FALSE(piece.replacement.has_value());
    piece = parser.next();
    EXPECT_EQ(piece.literal, "c");
    EXPECT_TRUE(parser.at_end());
}

TEST(FormatParser, ReadsEveryPartOfASpec) {
    const FormatSpec spec = spec_of("{:<#064x}");
    EXPECT_TRUE(spec.alignment == Alignment::Left);
    EXPECT_TRUE(spec.prefix);
    EXPECT_TRUE(spec.zero_fill);
    EXPECT_EQ(spec.width, 64);
    EXPECT_TRUE(spec.radix == Radix::Hexadecimal);
    EXPECT_TRUE(spec_of("{:>b}").alignment == Alignment::Right);
    EXPECT_TRUE(spec_of("{:b}").radix == Radix::Binary);
    EXPECT_TRUE(spec_of("{:d}").radix == Radix::Decimal);
    EXPECT_FALSE(spec_of("{:>9}").is_numeric());
    EXPECT_TRUE(spec_of("{:09}").is_numeric());
}

TEST(FormatParser, RefusesWhatIsMalformed) {
    for (const std::string_view format : {"{", "}", "a}b", "{:", "{:y}", "{x}", "{0}", "{:65}", "{:99999999999999999999}",
                                          "{:5", "{:xx}", "{:<>5}", "{{}", "{:{}}", "{ }"}) {
        EXPECT_FALSE(is_well_formed(format));
    }
    for (const std::string_view format : {"", "a", "{{", "}}", "{}", "{:}", "{:#}", "{:0}", "{{}}", "{:>64b}"}) {
        EXPECT_TRUE(is_well_formed(format));
    }
}

} // namespace base
