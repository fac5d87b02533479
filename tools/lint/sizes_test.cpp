#include "testing/test.hpp"
#include "tools/lint/checks.hpp"

namespace lint {

namespace {

std::string lines(int count, const std::string& line) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += line + "\n";
    }
    return text;
}

} // namespace

TEST(Sizes, Scripts) {
    EXPECT_TRUE(check_sizes({{"run", "#!/bin/sh\n" + lines(79, "true")}}).empty());
    EXPECT_EQ(check_sizes({{"run", "#!/bin/sh\n" + lines(80, "true")}}).size(), 1U);
    EXPECT_TRUE(check_sizes({{"data", lines(800, "true")}}).empty());
}

TEST(Sizes, FilesCountCodeOnly) {
    EXPECT_TRUE(check_sizes({{"a.cpp", lines(500, "int a;")}}).empty());
    EXPECT_EQ(check_sizes({{"a.cpp", lines(501, "int a;")}}).size(), 1U);
    EXPECT_TRUE(check_sizes({{"a.cpp", lines(900, "// why")}}).empty());
}

TEST(Sizes, Functions) {
    EXPECT_TRUE(check_sizes({{"a.cpp", "void f(int a) {\n" + lines(60, "    g();") + "}\n"}}).empty());
    const Findings findings = check_sizes({{"a.cpp", "int b;\nvoid f(int a) {\n" + lines(61, "    g();") + "}\n"}});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].line, 2);
}

TEST(Sizes, ClassesMayBeLonger) {
    EXPECT_TRUE(check_sizes({{"a.cpp", "class A : public B<int()> {\n" + lines(100, "    int a_;") + "};\n"}}).empty());
}

} // namespace lint
