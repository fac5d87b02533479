#include "base/format.hpp"

#include <limits>

#include "testing/test.hpp"

namespace base {

using namespace literals;

namespace {

using Line = FixedText<160>;

/// Shows a 160-byte line that stays comparable to a literal.
template <class... Arguments>
Line line(FormatString<Arguments...> format, const Arguments&... arguments) {
    Line text;
    print(text, format, arguments...);
    return text;
}

struct Point {
    int x;
    int y;
};

void format_value(TextSink& sink, FormatSpec spec, const Point& point) {
    if (spec.radix == Radix::Hexadecimal) {
        return print(sink, "({:#x}, {:#x})", point.x, point.y);
    }
    print(sink, "({}, {})", point.x, point.y);
}

enum class Color : u8 { Red, Blue };

std::string_view name(Color color) { return color == Color::Red ? "red" : "blue"; }

} // namespace

TEST(Format, TextAroundArguments) {
    EXPECT_EQ(line("").view(), "");
    EXPECT_EQ(line("plain").view(), "plain");
    EXPECT_EQ(line("{}{}", 1, 2).view(), "12");
    EXPECT_EQ(line("a{}bc{}def", 1, 2).view(), "a1bc2def");
    EXPECT_EQ(line("{}{}{}", '{', 1, '}').view(), "{1}");
}

TEST(Format, Integers) {
    EXPECT_EQ(line("{} {}", 0, -5).view(), "0 -5");
    EXPECT_EQ(line("{}", std::numeric_limits<i64>::min()).view(), "-9223372036854775808");
    EXPECT_EQ(line("{}", std::numeric_limits<u64>::max()).view(), "18446744073709551615");
    EXPECT_EQ(line("{} {}", u8{200}, i8{-100}).view(), "200 -100");
    EXPECT_EQ(line("{:d}", 12).view(), "12");
}

TEST(Format, Radix) {
    EXPECT_EQ(line("{:x} {:#x}", 0xbeefU, 0xbeefU).view(), "beef 0xbeef");
    EXPECT_EQ(line("{:b} {:#b}", 5U, 5U).view(), "101 0b101");
    EXPECT_EQ(line("{:#x} {:#x}", 0, -16).view(), "0x0 -0x10");
    EXPECT_EQ(line("{:#}", 5).view(), "5");
    EXPECT_EQ(line("{:b}", std::numeric_limits<u64>::max()).view().size(), 64U);
}

TEST(Format, Width) {
    EXPECT_EQ(line("[{:5}] [{:<5}] [{:>5}]", 42, 42, 42).view(), "[   42] [42   ] [   42]");
    EXPECT_EQ(line("[{:5}] [{:<5}] [{:>5}]", "ab", "ab", "ab").view(), "[ab   ] [ab   ] [   ab]");
    EXPECT_EQ(line("[{:1}]", 12345).view(), "[12345]");
    EXPECT_EQ(line("[{:64}]", 1).view().size(), 66U);
}

TEST(Format, ZeroFill) {
    EXPECT_EQ(line("{:08x}", 0xabcU).view(), "00000abc");
    EXPECT_EQ(line("{:#06x}", 0xabU).view(), "0x00ab");
    EXPECT_EQ(line("{:05}", -42).view(), "-0042");
    EXPECT_EQ(line("{:064b}", 1U).view().size(), 64U);
    EXPECT_EQ(line("{:#064x}", -1).view().size(), 64U);
}

TEST(Format, BoolCharacterAndText) {
    EXPECT_EQ(line("{} {} {:>3}", true, false, 'x').view(), "true false   x");
    const char* text = "pointer";
    const char* nothing = nullptr;
    EXPECT_EQ(line("{} {} {} {}", text, nothing, "array", std::string_view("view")).view(),
              "pointer (null) array view");
    EXPECT_EQ(line("{}", 1 == 2 ? "ok" : "no").view(), "no");
}

TEST(Format, AddressesAreHexadecimalUnlessTold) {
    EXPECT_EQ(line("{} {}", PhysicalAddress{0x1000}, VirtualAddress{0xffff}).view(), "0x1000 0xffff");
    EXPECT_EQ(line("{:d} {:x}", PhysicalAddress{16}, PhysicalAddress{16}).view(), "16 10");
    EXPECT_EQ(line("{:018}", VirtualAddress{0xffff'8000'0000'0000}).view(), "0xffff800000000000");
    int* const pointer = nullptr;
    EXPECT_EQ(line("{}", pointer).view(), "0x0");
}

TEST(Format, UnitsAreTheirNumber) {
    EXPECT_EQ(line("{} {} {}", 4_KiB, Pages{3}, 1_us).view(), "4096 3 1000");
    EXPECT_EQ(line("{:#x}", 4_KiB).view(), "0x1000");
}

TEST(Format, EnumsAreTheirName) {
    EXPECT_EQ(line("{} {:>5}", abi::Error::NoMemory, Color::Red).view(), "NoMemory   red");
    EXPECT_EQ(line("{}", Color::Blue).view(), "blue");
}

TEST(Format, TypesOfOnesOwn) {
    EXPECT_EQ(line("{} {:x}", Point{1, -2}, Point{16, 1}).view(), "(1, -2) (0x10, 0x1)");
    Line text;
    print_padded(text, {.width = 4, .alignment = Alignment::Right}, "ab");
    EXPECT_EQ(text.view(), "  ab");
}

TEST(FixedText, CutsAndRemembersIt) {
    FixedText<8> text;
    print(text, "12345678");
    EXPECT_EQ(text.view(), "12345678");
    EXPECT_FALSE(text.was_cut());
    print(text, "9");
    EXPECT_EQ(text.view(), "12345678");
    EXPECT_TRUE(text.was_cut());
    text.clear();
    EXPECT_EQ(text.view(), "");
    EXPECT_FALSE(text.was_cut());
    print(text, "abc{}", "defghij");
    EXPECT_EQ(text.view(), "abcdefgh");
    EXPECT_TRUE(text.was_cut());
}

} // namespace base
