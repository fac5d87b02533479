#include "tools/tess/plan/plan.hpp"

#include "testing/test.hpp"

namespace tess::plan {

TEST(Plan, ReadsJobs) {
    const auto jobs = parse_plan(R"(
[[job]]
name = "builds.kernel"
budget = "builds"
build = "kernel-release"
cores = 2
limit = 300

[[job]]
name = "lint.names"
budget = "lint"
command = ["lint", "names"]
long = true
)",
                                 "plan.toml");
    ASSERT_TRUE(jobs.has_value()) << jobs.error();
    ASSERT_EQ(jobs->size(), 2U);
    EXPECT_EQ(jobs->at(0).build, "kernel-release");
    EXPECT_EQ(jobs->at(0).limit.count(), 300);
    EXPECT_EQ(jobs->at(1).command, (std::vector<std::string>{"lint", "names"}));
    EXPECT_TRUE(jobs->at(1).long_form);
}

TEST(Plan, NamesThePlaceOfAMistake) {
    const auto wrong = parse_plan("[[job]]\nname = 'x'\nbudget = 'y'\ncommand = ['z']\ncores = 9\n", "plan.toml");
    ASSERT_FALSE(wrong.has_value());
    EXPECT_TRUE(wrong.error().starts_with("plan.toml:5:")) << wrong.error();
    EXPECT_FALSE(parse_plan("[[job]]\nname = 'x'\nbudget = 'y'\n", "plan.toml").has_value());
    EXPECT_FALSE(parse_plan("[[job]]\nname = 'x'\nbudget = 'y'\nbuild = 'a'\nfuzz = 'b'\n", "plan.toml").has_value());
    EXPECT_FALSE(parse_plan("jobs = 1", "plan.toml").has_value());
    EXPECT_FALSE(parse_plan("[[job", "plan.toml").has_value());
}

TEST(Budget, IsReadFromItsTableOnly) {
    const auto budgets = parse_budgets("# Testing\n| no | 3 |\n## Budget\n| line | minutes | for |\n|---|---|---|\n"
                                       "| builds | 15 | all |\n| lint | 0.5 | |\n## Next\n| other | 7 | |\n");
    ASSERT_EQ(budgets.size(), 2U);
    EXPECT_EQ(budgets.at(0).line, "builds");
    EXPECT_EQ(budgets.at(0).allowed.count(), 900);
    EXPECT_EQ(budgets.at(1).allowed.count(), 30);
}

TEST(Budget, GoingOverALineShows) {
    const std::vector<Budget> budgets{{"builds", process::Seconds{10}}, {"lint", process::Seconds{10}}};
    EXPECT_FALSE(compare(budgets, {{"builds", process::Seconds{9}}}).exceeded);
    const BudgetReport report = compare(budgets, {{"builds", process::Seconds{9}}, {"lint", process::Seconds{11}}});
    EXPECT_TRUE(report.exceeded);
    EXPECT_TRUE(report.text.contains("OVER"));
}

TEST(Selection, ByNamePartOrLine) {
    EXPECT_TRUE(is_selected("boot.pvh_q35", "systems", {}));
    EXPECT_TRUE(is_selected("boot.pvh_q35", "systems", {"boot"}));
    EXPECT_TRUE(is_selected("boot.pvh_q35", "systems", {"pvh_q35"}));
    EXPECT_TRUE(is_selected("boot.pvh_q35", "systems", {"other", "systems"}));
    EXPECT_FALSE(is_selected("boot.pvh_q35", "systems", {"pvh"}));
}

} // namespace tess::plan
