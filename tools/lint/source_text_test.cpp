#include "tools/lint/source_text.hpp"

#include "testing/test.hpp"

namespace lint {

TEST(SourceText, TellsCodeFromComments) {
    const SourceText text = separate("int a; // b\n/* c\nd */ int e;");
    EXPECT_EQ(text.code, "int a;     \n    \n     int e;");
    EXPECT_EQ(text.comments, "       // b\n/* c\nd */       ");
}

TEST(SourceText, BlanksLiterals) {
    EXPECT_EQ(separate(R"(f("asm \" // x", 'y');)").code, R"(f("           ", ' ');)");
    EXPECT_EQ(separate("R\"x(a)\" \" // b)x\" + c").code.substr(16), "\" + c");
    EXPECT_EQ(separate("1'000'000 // n").code, "1'000'000     ");
}

TEST(SourceText, SurvivesWhatDoesNotEnd) {
    EXPECT_EQ(separate("/* a").code, "    ");
    EXPECT_EQ(separate("\"a").code, "\" ");
    EXPECT_EQ(separate("R\"a").code, "R\" ");
    EXPECT_EQ(separate("\"a\\").code, "\"  ");
    EXPECT_EQ(separate("").code, "");
}

TEST(SourceText, FindsWholeWords) {
    EXPECT_TRUE(has_word("asm volatile", "asm"));
    EXPECT_FALSE(has_word("plasma asm_name", "asm"));
    EXPECT_TRUE(has_word("plasma asm", "asm"));
}

} // namespace lint
