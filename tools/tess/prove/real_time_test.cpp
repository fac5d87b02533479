#include "testing/test.hpp"
#include "tools/tess/prove/prove_fixture.hpp"

namespace tess::prove {

namespace {

/// Two real-time threads and a server that both call.
constexpr std::string_view kTimely = R"([system]
name = "timely"
cpus = 2
[component.server]
budget.memory = "1MiB"
offers.o = { protocol = "p", permissions = "r", handling = "100us" }
[component.fast]
budget.memory = "1MiB"
uses.server = { from = "server.o", permissions = "r" }
thread.main = { class = "real-time", priority = 20, cpus = [1], period = "5ms", execution = "1ms", calls = [{ to = "server", times = 2 }] }
[component.slow]
budget.memory = "1MiB"
uses.server = { from = "server.o", permissions = "r" }
thread.main = { class = "real-time", priority = 10, cpus = [1], period = "20ms", deadline = "10ms", execution = "4ms", calls = [{ to = "server" }] }
)";

std::string all_said(std::string_view text) {
    const system::System system = described(text);
    return text_of(prove(system, matching_evidence(system)), system.places);
}

} // namespace

// fast: 1 ms and two calls of 100 us, one of a lower client before it, 27176 ns without interrupts, two switches.
// slow: 4 ms and a call, the same stretch, two switches, and fast twice with two switches each.
TEST(RealTime, ResponsesAreTold) {
    const std::string said = all_said(kTimely);
    EXPECT_TRUE(said.contains("s.toml:10:15: note: ends 1330318ns after its release at the latest, with a deadline of "
                              "5ms [real-time]"))
        << said;
    EXPECT_TRUE(said.contains("note: ends 6536602ns after its release at the latest, with a deadline of 10ms")) << said;
    EXPECT_TRUE(said.contains("note: response times are for 1000 MHz")) << said;
    EXPECT_FALSE(said.contains("error")) << said;
}

TEST(RealTime, ADeadlineThatMayBeMissedIsRefused) {
    const std::string said = said_of(replaced(kTimely, "deadline = \"10ms\"", "deadline = \"6ms\""));
    EXPECT_TRUE(said.contains("s.toml:14:15: error: it may end after its deadline of 6ms on processor 1: 4100us of its "
                              "own, 27176ns blocked [real-time]\n  remedy: shorten"))
        << said;
    EXPECT_EQ(
        said_of(replaced(replaced(kTimely, "deadline = \"10ms\"", "deadline = \"6ms\""), "cpus = [1]", "cpus = [0]")),
        "");
}

TEST(RealTime, AQuotaTakesTime) {
    const std::string with_quota =
        replaced(kTimely, "[component.fast]\nbudget.memory = \"1MiB\"",
                 "[component.fast]\nbudget = { memory = \"1MiB\", quota = \"1ms\", period = \"2ms\" }");
    EXPECT_TRUE(all_said(with_quota).contains("note: ends 4660636ns after")) << all_said(with_quota);
    EXPECT_TRUE(said_of(replaced(with_quota, "quota = \"1ms\"", "quota = \"500us\"")).contains("it may end after"));
}

TEST(RealTime, CallsAreOfKnownLength) {
    EXPECT_TRUE(said_of(replaced(kTimely, ", handling = \"100us\"", ""))
                    .contains("error: nothing tells how long a call of 'server.o' takes [real-time]"));
    EXPECT_TRUE(said_of(replaced(kTimely, "to = \"server\"", "to = \"x\""))
                    .contains("error: 'x' is no use of 'fast' that can be called [real-time]"));
}

TEST(RealTime, ThreadsAreBoundToAProcessorThatIsThere) {
    EXPECT_TRUE(said_of(replaced(kTimely, "cpus = [1]", "cpus = [2]"))
                    .contains("error: there is no processor 2: the machine has 2 [real-time]"));
    EXPECT_TRUE(said_of(replaced(kTimely, "cpus = [1], ", ""))
                    .contains("error: the real-time thread 'main' is not bound to one processor [real-time]"));
    const std::string one =
        replaced(replaced(replaced(kTimely, "cpus = 2", "cpus = 1"), "cpus = [1], ", ""), "cpus = [1], ", "");
    EXPECT_EQ(said_of(one), "");
}

} // namespace tess::prove
