#include "tools/tess/process/process.hpp"

#include "testing/test.hpp"

namespace tess::process {

TEST(Process, GivesOutputAndStatus) {
    const Captured captured = capture({.arguments = {"sh", "-c", "echo out; echo err >&2; exit 7"}}, Seconds{10});
    EXPECT_EQ(captured.outcome.status, 7);
    EXPECT_EQ(captured.output, "out\nerr\n");
}

TEST(Process, EndsAtItsLimitWithItsChildren) {
    const Captured captured = capture({.arguments = {"sh", "-c", "echo begun; sleep 60 & wait"}}, Seconds{0.3});
    EXPECT_TRUE(captured.outcome.timed_out);
    EXPECT_EQ(captured.output, "begun\n");
    EXPECT_LT(captured.outcome.time.count(), 10);
}

TEST(Process, DoesNotWaitForWhatWasLeftBehind) {
    const Captured captured = capture({.arguments = {"sh", "-c", "sleep 60 & echo done"}}, Seconds{20});
    EXPECT_EQ(captured.outcome.status, 0);
    EXPECT_EQ(captured.output, "done\n");
    EXPECT_LT(captured.outcome.time.count(), 10);
}

TEST(Process, ClosingTheOutputIsNotTheEnd) {
    const Outcome outcome = run({.arguments = {"sh", "-c", "exec >&- 2>&-; sleep 0.3; exit 5"}}, Seconds{20},
                                [](std::string_view) { return Verdict::Continue; });
    EXPECT_EQ(outcome.status, 5);
    EXPECT_TRUE(capture({.arguments = {"sh", "-c", "exec >&- 2>&-; sleep 60"}}, Seconds{0.3}).outcome.timed_out);
}

TEST(Process, ReadsEverythingThatWasWritten) {
    EXPECT_EQ(capture({.arguments = {"sh", "-c", "head -c 300000 /dev/zero"}}, Seconds{20}).output.size(), 300000U);
}

TEST(Process, StopsWhenTheOutputSaysSo) {
    const Outcome outcome = run({.arguments = {"sh", "-c", "echo ready; sleep 60"}}, Seconds{20},
                                [](std::string_view) { return Verdict::Stop; });
    EXPECT_TRUE(outcome.stopped);
    EXPECT_FALSE(outcome.timed_out);
}

TEST(Process, AMissingProgramIsStatus127) {
    EXPECT_EQ(capture({.arguments = {"/nonexistent/program"}}, Seconds{5}).outcome.status, 127);
}

TEST(Process, TheEnvironmentIsAdded) {
    const Captured captured =
        capture({.arguments = {"sh", "-c", "echo $COLOUR"}, .environment = {"COLOUR=red"}}, Seconds{5});
    EXPECT_EQ(captured.output, "red\n");
}

TEST(Process, StandardInputIsEmpty) { EXPECT_EQ(capture({.arguments = {"cat"}}, Seconds{5}).outcome.status, 0); }

} // namespace tess::process
