#include "libs/boot/fixed_text.hpp"

#include "testing/test.hpp"

namespace boot {
namespace {

TEST(FixedText, KeepsWhatFits) {
    FixedText<4> text;
    EXPECT_EQ(text.view(), "");
    text.assign("four");
    EXPECT_EQ(text.view(), "four");
    EXPECT_FALSE(text.was_cut());
}

TEST(FixedText, CutsTheRestAndSaysSo) {
    FixedText<4> text;
    text.assign("five!");
    EXPECT_EQ(text.view(), "five");
    EXPECT_TRUE(text.was_cut());
    text.assign("x");
    EXPECT_EQ(text.view(), "x");
    EXPECT_FALSE(text.was_cut());
}

TEST(FixedText, BytesEndAtZero) {
    FixedText<4> text;
    text.assign(std::as_bytes(std::span("ab\0cdefgh")));
    EXPECT_EQ(text.view(), "ab");
    EXPECT_FALSE(text.was_cut());
    text.assign(std::as_bytes(std::span("abcde")));
    EXPECT_EQ(text.view(), "abcd");
    EXPECT_TRUE(text.was_cut());
    text.assign(std::span<const std::byte>{});
    EXPECT_EQ(text.view(), "");
}

} // namespace
} // namespace boot
