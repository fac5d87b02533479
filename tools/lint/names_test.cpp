#include "testing/test.hpp"
#include "tools/lint/checks.hpp"

namespace lint {

namespace {

Findings check(const std::string& path, const std::string& text) { return check_names({{path, text}}); }

} // namespace

TEST(Names, FilesAreInSnakeCase) {
    EXPECT_TRUE(check("base/ring_buffer.hpp", "#pragma once\n").empty());
    EXPECT_TRUE(check("README.md", "").empty());
    EXPECT_EQ(check("base/RingBuffer.hpp", "#pragma once\n").size(), 1U);
    EXPECT_EQ(check("base/ring-buffer.cpp", "").size(), 1U);
}

TEST(Names, TheTreeStandsAlone) {
    EXPECT_EQ(check("docs/a.md", "one\nsee ../sha"
                                 "red/design\n")[0]
                  .line,
              2);
    EXPECT_EQ(check("run", "cd /wor"
                           "k/main\n")
                  .size(),
              1U);
}

TEST(Names, OpenEndsNameAnIssue) {
    EXPECT_TRUE(check("a.cpp", "// TO"
                               "DO(#12): later\n")
                    .empty());
    EXPECT_TRUE(check("a.cpp", "// TO"
                               "DO #12 later\n")
                    .empty());
    EXPECT_EQ(check("a.cpp", "// TO"
                             "DO: later\n")
                  .size(),
              1U);
    EXPECT_EQ(check("a.cpp", "int a; // FIX"
                             "ME\n")
                  .size(),
              1U);
    EXPECT_TRUE(check("a.cpp", "auto a = \"TO"
                               "DO\";\n")
                    .empty());
}

TEST(Names, ConditionalsAskOnlyWhatTheCompilerHas) {
    EXPECT_TRUE(check("a.cpp", "#if __has_feature(address_sanitizer)\n#endif\n").empty());
    EXPECT_EQ(check("a.cpp", "#ifdef __x86_64__\n#endif\n").size(), 1U);
    EXPECT_EQ(check("a.cpp", "#  if KVM\n#endif\n").size(), 1U);
}

TEST(Names, NoBanners) { EXPECT_EQ(check("a.cpp", "// ===== part =====\n").size(), 1U); }

TEST(Names, HeadersAreGuarded) { EXPECT_EQ(check("a.hpp", "int a();\n").size(), 1U); }

} // namespace lint
