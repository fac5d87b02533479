#include "testing/test.hpp"
#include "tools/lint/checks.hpp"

namespace lint {

TEST(Readmes, EveryFolderWithSourcesHasOne) {
    EXPECT_TRUE(check_readmes({{"base/a.cpp", ""}, {"base/README.md", "# base\n"}}).empty());
    EXPECT_EQ(check_readmes({{"base/a.cpp", ""}, {"base/b.cpp", ""}}).size(), 1U);
    EXPECT_TRUE(check_readmes({{"base/compile_fail/a.cpp", ""}}).empty());
}

TEST(Readmes, FitOnAScreen) {
    std::string text;
    for (int i = 0; i < 61; ++i) {
        text += "line\n";
    }
    EXPECT_EQ(check_readmes({{"docs/README.md", text}}).size(), 1U);
    EXPECT_TRUE(check_readmes({{"docs/tour.md", text}}).empty());
}

TEST(Readmes, LinksLeadSomewhere) {
    const auto check = [](const std::string& text) {
        return check_readmes(
            {{"docs/a.md", text}, {"base/b.hpp", ""}, {"base/CMakeLists.txt", ""}, {"base/README.md", ""}});
    };
    EXPECT_TRUE(check("[b](../base/b.hpp#L3) [base](../base/) [up](..) [a](a.md) [#](#part)\n").empty());
    EXPECT_TRUE(check("[x](https://example.org/x)\n").empty());
    EXPECT_EQ(check("one\n[b](base/b.hpp)\n")[0].line, 2);
    EXPECT_TRUE(check("```\narray[0](x)\n```\n").empty());
}

} // namespace lint
