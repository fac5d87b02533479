#include "base/text_ring.hpp"

#include <array>
#include <span>
#include <string_view>

#include "testing/test.hpp"

namespace base {

namespace {

template <usize N>
FixedText<256> last_lines(const TextRing<N>& ring, usize count, std::string_view indent = {}) {
    FixedText<256> text;
    ring.print_last_lines(text, count, indent);
    return text;
}

} // namespace

TEST(TextRing, StartsEmpty) {
    const TextRing<16> ring;
    EXPECT_TRUE(ring.empty());
    EXPECT_EQ(last_lines(ring, 3).view(), "");
}

TEST(TextRing, GivesTheLastLinesOldestFirst) {
    TextRing<64> ring;
    ring.write_line("one");
    ring.write_line("");
    ring.write_line("three");
    EXPECT_FALSE(ring.empty());
    EXPECT_EQ(last_lines(ring, 9).view(), "one\n\nthree\n");
    EXPECT_EQ(last_lines(ring, 3).view(), "one\n\nthree\n");
    EXPECT_EQ(last_lines(ring, 2).view(), "\nthree\n");
    EXPECT_EQ(last_lines(ring, 1).view(), "three\n");
    EXPECT_EQ(last_lines(ring, 0).view(), "");
    EXPECT_EQ(last_lines(ring, 2, "> ").view(), "> \n> three\n");
}

TEST(TextRing, OldLinesGoWhole) {
    TextRing<16> ring;
    ring.write_line("aaaa");
    ring.write_line("bbbb");
    ring.write_line("cccc");
    EXPECT_EQ(last_lines(ring, 9).view(), "aaaa\nbbbb\ncccc\n");
    ring.write_line("d");
    EXPECT_EQ(last_lines(ring, 9).view(), "bbbb\ncccc\nd\n");
    ring.write_line("eeeeeeee");
    EXPECT_EQ(last_lines(ring, 9).view(), "cccc\nd\neeeeeeee\n");
}

TEST(TextRing, AFullRingIsReadWhole) {
    TextRing<8> ring;
    ring.write_line("1234567");
    EXPECT_EQ(last_lines(ring, 9).view(), "1234567\n");
    ring.write_line("abc");
    ring.write_line("def");
    EXPECT_EQ(last_lines(ring, 9).view(), "abc\ndef\n");
}

TEST(TextRing, CutsALineLongerThanItself) {
    TextRing<8> ring;
    ring.write_line("short");
    ring.write_line("123456789");
    EXPECT_EQ(last_lines(ring, 9).view(), "1234567\n");
}

TEST(TextRing, ALineEndInsideMakesTwoLines) {
    TextRing<32> ring;
    ring.write_line("up\ndown");
    EXPECT_EQ(last_lines(ring, 1).view(), "down\n");
    EXPECT_EQ(last_lines(ring, 2, "-").view(), "-up\n-down\n");
}

TEST(TextRing, LinesStayWholeForever) {
    TextRing<32> ring;
    for (usize i = 0; i < 1000; ++i) {
        const auto line = std::string_view("abcdefghijklmnopqrst").substr(0, i % 20);
        ring.write_line(line);
        const FixedText<256> last = last_lines(ring, 1);
        EXPECT_EQ(last.view().substr(0, line.size()), line);
        EXPECT_EQ(last.view().size(), line.size() + 1);
    }
}

TEST(TextRing, IsReadFromAnyPosition) {
    TextRing<16> ring;
    const auto reads = [&ring](u64 position, usize most, u64 from, std::string_view text) {
        std::array<char, 32> bytes{};
        const auto piece = ring.read(position, std::span(bytes).first(most));
        return piece.position == from && std::string_view(bytes.data(), piece.bytes) == text;
    };
    EXPECT_TRUE(reads(0, 32, 0, ""));
    // Nothing is ahead of the end.
    EXPECT_TRUE(reads(7, 32, 0, ""));
    ring.write_line("aaaa");
    ring.write_line("bbbb");
    EXPECT_EQ(ring.end(), 10U);
    EXPECT_TRUE(reads(0, 32, 0, "aaaa\nbbbb\n"));
    EXPECT_TRUE(reads(3, 4, 3, "a\nbb"));
    ring.write_line("cccc");
    ring.write_line("dddd");
    // The oldest line is gone; these are two parts of the buffer.
    EXPECT_TRUE(reads(0, 32, 5, "bbbb\ncccc\ndddd\n"));
    EXPECT_TRUE(reads(15, 2, 15, "dd"));
    EXPECT_TRUE(reads(20, 32, 20, ""));
}

} // namespace base
