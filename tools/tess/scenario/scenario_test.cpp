#include "tools/tess/scenario/scenario.hpp"

#include "testing/test.hpp"

namespace tess::scenario {

namespace {

constexpr std::string_view kFile = R"(
[defaults]
kernel = "kernel-debug"
limit = 5

[[case]]
name = "one"
memory = "64MiB"
expect = ["Tessera .*door pvh"]
status = "running"

[[case]]
name = "two"
program = "ktest"
command_line = "crash=nmi"
expect = ["PANIC", "END"]
forbid = ["triple"]
status = 35
monitor = { after = "waiting", send = "nmi" }
typed = { after = "name", send = "Ada\n" }
threads = "each"
)";

Case expecting(std::vector<std::string> lines, int status) {
    Case wanted;
    wanted.expect = std::move(lines);
    wanted.forbid = {"never"};
    wanted.status = status;
    return wanted;
}

std::string judged(const Case& wanted, const std::vector<std::string>& lines, const process::Outcome& outcome) {
    Judge judge(wanted);
    for (const std::string& line : lines) {
        judge.take(line);
    }
    return judge.verdict(outcome);
}

} // namespace

TEST(ParseCases, ReadsDefaultsAndCases) {
    const auto cases = parse_cases(kFile, "tests/system/boot.toml");
    ASSERT_TRUE(cases.has_value()) << cases.error();
    ASSERT_EQ(cases->size(), 2U);
    EXPECT_EQ(cases->at(0).name, "boot.one");
    EXPECT_EQ(cases->at(0).budget, "systems");
    EXPECT_EQ(cases->at(0).kernel, "kernel-debug");
    EXPECT_EQ(cases->at(0).machine.memory, "64M");
    EXPECT_EQ(cases->at(0).status, kStillRunning);
    EXPECT_EQ(cases->at(1).program, "ktest");
    EXPECT_EQ(cases->at(1).limit.count(), 5);
    EXPECT_EQ(cases->at(1).monitor.send, "nmi");
    EXPECT_EQ(cases->at(1).machine.threads, machine::Threads::OfEachProcessor);
    EXPECT_EQ(cases->at(1).typed.after, "name");
    EXPECT_EQ(cases->at(1).typed.send, "Ada\n");
}

TEST(ParseCases, AProgramMayStartTheMachine) {
    const auto cases = parse_cases("[[case]]\nname = 'x'\nexpect = ['y']\nstart = ['program', 'word']\n", "f.toml");
    ASSERT_TRUE(cases.has_value()) << cases.error();
    EXPECT_EQ(cases->at(0).start, (std::vector<std::string>{"program", "word"}));
}

TEST(ParseCases, NamesThePlaceOfAMistake) {
    const auto unknown = parse_cases("[[case]]\nname = 'x'\nexpect = ['y']\ncolour = 1\n", "f.toml");
    ASSERT_FALSE(unknown.has_value());
    EXPECT_TRUE(unknown.error().starts_with("f.toml:4:")) << unknown.error();
    EXPECT_TRUE(unknown.error().contains("colour"));
    EXPECT_FALSE(parse_cases("[[case]]\nname = 'x'\n", "f.toml").has_value());
    EXPECT_FALSE(parse_cases("[[case]]\nname = 'x'\nexpect = ['y']\nmemory = 'lots'\n", "f.toml").has_value());
    EXPECT_FALSE(parse_cases("[[case]\n", "f.toml").has_value());
    EXPECT_FALSE(parse_cases("cases = 1\n", "f.toml").has_value());
}

TEST(Judge, WantsLinesInOrder) {
    const Case wanted = expecting({"first", "second"}, 33);
    EXPECT_EQ(judged(wanted, {"a first", "b", "second!"}, {.status = 33}), "");
    EXPECT_NE(judged(wanted, {"second", "first"}, {.status = 33}), "");
}

TEST(Judge, ForbiddenLinesFail) {
    Case unordered = expecting({"x"}, 33);
    unordered.any = {"one", "other"};
    EXPECT_EQ(judged(unordered, {"other", "x", "one"}, {.status = 33}), "");
    EXPECT_TRUE(judged(unordered, {"x", "one"}, {.status = 33}).contains("other"));
    EXPECT_TRUE(judged(expecting({"x"}, 33), {"x", "never!"}, {.status = 33}).contains("never!"));
}

TEST(Judge, TheStatusCounts) {
    EXPECT_NE(judged(expecting({"x"}, 33), {"x"}, {.status = 0}), "");
    EXPECT_NE(judged(expecting({"x"}, 33), {"x"}, {.status = 137, .timed_out = true}), "");
    EXPECT_EQ(judged(expecting({"x"}, kStillRunning), {"x"}, {.status = 137, .stopped = true}), "");
    EXPECT_NE(judged(expecting({"x"}, kStillRunning), {"x"}, {.status = 33}), "");
}

TEST(Judge, SaysWhatDidNotCome) {
    EXPECT_TRUE(judged(expecting({"banner"}, 33), {}, {.timed_out = true}).contains("banner"));
}

TEST(Judge, BoundsIdleness) {
    Case wanted = expecting({"x"}, kStillRunning);
    EXPECT_EQ(Judge(wanted).verdict_of_idleness({}), "");
    wanted.idle = {.window = process::Seconds{10}, .percent = 1};
    EXPECT_NE(Judge(wanted).verdict_of_idleness({}), "");
    EXPECT_EQ(Judge(wanted).verdict_of_idleness(0.009), "");
    EXPECT_NE(Judge(wanted).verdict_of_idleness(0.02), "");
}

} // namespace tess::scenario
