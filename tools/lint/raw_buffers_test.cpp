#include "testing/test.hpp"
#include "tools/lint/checks.hpp"

namespace lint {

namespace {

const std::string kRawFile = "// SAFETY: the register is ours\nasm(\"cli\");\n";

} // namespace

TEST(RawBuffers, OnlyWhereNamed) {
    EXPECT_TRUE(check_raw_buffers({{"a.cpp", kRawFile}}, "# table\na.cpp: registers\n").empty());
    const Findings findings = check_raw_buffers({{"a.cpp", kRawFile}}, "");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].line, 2);
}

TEST(RawBuffers, WantTheirReason) {
    EXPECT_EQ(check_raw_buffers({{"a.cpp", "int volatile a;\n"}}, "a.cpp: registers\n").size(), 1U);
    EXPECT_EQ(check_raw_buffers({{"a.cpp", kRawFile}}, "a.cpp: \n").size(), 1U);
}

TEST(RawBuffers, FindsStaleEntries) {
    const Findings findings = check_raw_buffers({{"a.cpp", "int a;\n"}}, "# table\na.cpp: once\n");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].line, 2);
}

TEST(RawBuffers, CommentsAndLiteralsAreFree) {
    EXPECT_TRUE(check_raw_buffers({{"a.cpp", "// asm\nauto a = \"volatile\"; int plasma;\n"}}, "").empty());
}

} // namespace lint
