#include "testing/test.hpp"
#include "tools/lint/checks.hpp"

namespace lint {

namespace {

constexpr std::string_view kSummary = "SF:/tree/base/format.cpp\nLF:100\nLH:80\nend_of_record\n"
                                      "SF:/tree/base/format.hpp\nLF:100\nLH:100\nend_of_record\n"
                                      "SF:/tree/base/format_test.cpp\nLF:100\nLH:1\nend_of_record\n"
                                      "SF:async/sim/chooser.cpp\nLF:10\nLH:10\nend_of_record\n"
                                      "SF:./libs/boot/pvh.cpp\nLF:100\nLH:84\nend_of_record\n"
                                      "SF:/usr/include/x.h\nLF:100\nLH:0\nend_of_record\n";

} // namespace

TEST(Coverage, SumsByFolder) {
    const std::vector<FolderCoverage> rows = sum_coverage(kSummary, "/tree");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].folder, "async");
    EXPECT_EQ(rows[1].folder, "base");
    EXPECT_EQ(rows[1].lines, 200);
    EXPECT_EQ(rows[1].covered, 180);
    EXPECT_EQ(rows[2].folder, "libs/boot");
}

TEST(Coverage, WantsEnoughOfEachFolder) {
    const Findings findings = judge_coverage(sum_coverage(kSummary, "/tree"), kSummary, {}, "/tree");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].path, "libs/boot");
}

TEST(Coverage, FindsSourcesWithoutTests) {
    const std::vector<File> files{{"base/format.cpp", ""}, {"libs/lonely/a.cpp", ""}, {"kernel/core/a.cpp", ""}};
    const Findings findings = judge_coverage({}, kSummary, files, "/tree");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].path, "libs/lonely/a.cpp");
}

} // namespace lint
