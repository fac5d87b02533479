#include "libs/plan/plan.hpp"

#include <string>

#include "libs/plan/describe.hpp"
#include "libs/plan/sample.hpp"
#include "libs/rpc/description.hpp"
#include "testing/test.hpp"

namespace plan {

using base::Error;
using base::u64;

namespace {

using Bytes = std::vector<std::byte>;

Bytes sample() {
    auto bytes = write_plan(sample_draft());
    EXPECT_TRUE(bytes.has_value());
    return *std::move(bytes);
}

/// A draft with one thing changed is not written.
template <class Change>
Error refusal(Change change) {
    Draft draft = sample_draft();
    change(draft);
    const auto written = write_plan(draft);
    EXPECT_FALSE(written.has_value());
    return written ? Error{} : written.error();
}

} // namespace

TEST(Plan, HoldsWhatWasWritten) {
    const Bytes bytes = sample();
    const auto plan = Plan::open(bytes);
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ(plan->text(plan->system().name), "sample");
    ASSERT_EQ(plan->components().size(), 4U);
    const ComponentRecord shell = plan->components()[*plan->find("shell")];
    EXPECT_EQ(plan->text(shell.program), "bin/shell");
    EXPECT_EQ(plan->text(plan->arguments(shell)[0].text), "-l");
    EXPECT_EQ(plan->text(plan->arguments(shell)[1].text), "");
    EXPECT_EQ(plan->text(plan->environment(shell)[1].value), "/home");
    const UseRecord log = plan->uses(shell)[*plan->find_use(shell, "log")];
    EXPECT_EQ(plan->text(plan->components()[log.provider].name), "log");
    EXPECT_EQ(log.protocol, (rpc::ProtocolId{"tessera.log", 1, 0}.number()));
    EXPECT_EQ(log.permissions, abi::kWrite.bits);
    EXPECT_EQ(plan->grant(log).size(), 2U);
    EXPECT_EQ(plan->text(log.scope), "shell");
    EXPECT_EQ(plan->launch_routes(shell).size(), 2U);
    EXPECT_EQ(backoff_of(shell).give_up, 10U);
    const ComponentRecord provider = plan->components()[log.provider];
    EXPECT_EQ(plan->settings(provider).size(), 3U);
    EXPECT_EQ(plan->threads(provider)[0].cpus[1], 2U);
    EXPECT_EQ(plan->offers(provider)[0].handling, 20'000U);
}

TEST(Plan, ReservesInAPeriodThatABudgetCanHave) {
    const auto reserved = [](u64 execution, u64 period) {
        ThreadRecord thread{};
        thread.execution = execution;
        thread.period = period;
        const abi::ProcessorQuota quota = reservation_for(thread);
        return std::pair(quota.amount, quota.period);
    };
    EXPECT_EQ(reserved(1'000, 10'000'000), std::pair(u64{1'000}, u64{10'000'000}));
    EXPECT_EQ(reserved(100'000, 300'000), std::pair(u64{400'000}, u64{1'200'000})) << "four times";
    EXPECT_EQ(reserved(3'000'000'000, 10'000'000'000), std::pair(u64{1'000'000'000}, u64{1'000'000'000}));
}

TEST(Plan, RoutesLeadToInitToo) {
    Draft draft = sample_draft();
    draft.components["shell"].uses["control"] = {
        .provider = "init", .offer = "control", .permissions = abi::kRead | abi::kExecute};
    const auto bytes = write_plan(draft);
    ASSERT_TRUE(bytes.has_value());
    const auto plan = Plan::open(*bytes);
    ASSERT_TRUE(plan.has_value());
    const ComponentRecord shell = plan->components()[*plan->find("shell")];
    const UseRecord control = plan->uses(shell)[*plan->find_use(shell, "control")];
    EXPECT_EQ(control.provider, kNone);
    EXPECT_EQ(control.offer, kNone);
    EXPECT_EQ(control.protocol, (rpc::ProtocolId{"tessera.control", 1, 0}.number()));
    EXPECT_EQ(control.major, 1U);
    EXPECT_NE(describe(*plan).find("control: init.control rx"), std::string::npos) << describe(*plan);
    EXPECT_EQ(refusal([](Draft& other) { other.components["shell"].uses["x"] = {.provider = "init", .offer = "x"}; }),
              Error::NotFound);
}

TEST(Plan, FindsOnlyWhatIsThere) {
    const Bytes bytes = sample();
    const auto plan = Plan::open(bytes);
    ASSERT_TRUE(plan.has_value());
    for (const ComponentRecord component : plan->components()) {
        EXPECT_EQ(plan->text(plan->components()[*plan->find(plan->text(component.name))].name),
                  plan->text(component.name));
    }
    EXPECT_EQ(plan->find("").error(), Error::NotFound);
    EXPECT_EQ(plan->find("lo").error(), Error::NotFound);
    EXPECT_EQ(plan->find("zzz").error(), Error::NotFound);
    EXPECT_EQ(plan->find_use(plan->components()[0], "log").error(), Error::NotFound);
}

TEST(Plan, EqualDraftsGiveEqualBytes) { EXPECT_EQ(sample(), sample()); }

TEST(Plan, AnEmptySystemIsOne) {
    const auto bytes = write_plan({.name = "x", .memory = 1});
    ASSERT_TRUE(bytes.has_value());
    const auto plan = Plan::open(*bytes);
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ(plan->components().size(), 0U);
    EXPECT_EQ(plan->find("x").error(), Error::NotFound);
}

// The format is read by init of other versions: these bytes may only change together with kVersion.
TEST(Plan, HasTheBytesThatWereAgreed) {
    const Bytes bytes = sample();
    const auto digits = digest::hexadecimal(digest::sha256(bytes));
    EXPECT_EQ(std::string_view(digits).substr(0, 16), "28bf2270957f1702");
}

TEST(PlanWriter, RefusesNamesThatAreNone) {
    EXPECT_EQ(refusal([](Draft& draft) { draft.components["shell"].uses["log"].provider = "logs"; }), Error::NotFound);
    EXPECT_EQ(refusal([](Draft& draft) { draft.components["shell"].uses["log"].offer = "logs"; }), Error::NotFound);
    EXPECT_EQ(refusal([](Draft& draft) { draft.components["devices"].devices[0].driver = "x"; }), Error::NotFound);
    EXPECT_EQ(refusal([](Draft& draft) { draft.components["shell"].launches->routes = {"x"}; }), Error::NotFound);
}

TEST(PlanWriter, RefusesWhatCouldNotBeRead) {
    EXPECT_EQ(refusal([](Draft& draft) { draft.components["shell"].memory = 0; }), Error::InvalidArgument);
    EXPECT_EQ(refusal([](Draft& draft) { draft.components["shell"].uses["log"].permissions = abi::kRead; }),
              Error::InvalidArgument);
    EXPECT_EQ(refusal([](Draft& draft) { draft.components["shell"].backoff.give_up = 0; }), Error::InvalidArgument);
    EXPECT_EQ(refusal([](Draft& draft) { draft.components["devices"].devices[0].driver = "shell"; }),
              Error::InvalidArgument);
}

TEST(PlanText, TellsEverything) {
    const Bytes bytes = sample();
    const std::string text = describe(*Plan::open(bytes));
    for (const char* line :
         {"system sample: memory 64MiB, reserve 8MiB, cpus 2, log info\n",
          "component log: program bin/log, start connect, restart always, essential, ready 5s, stop 2s, label 0\n",
          "  route 0 debug: kernel.Debug rw\n", "  offer log: tessera.log/1 wg for 64 clients, 20us a call\n",
          "  thread main: real-time, cpus 0,65, priority 7, 1ms each 10ms within 5ms, jitter 1us\n",
          "  route 0 log: log.log (tessera.log/1) w optional without waiting scope \"shell\" quota 4KiB\n",
          "    grant lines = 80\n", "    grant lines = 443\n", "  setting lines = -1\n", "  setting stamp = true\n",
          "  device pci:class:0108: driver\n", "  launches: 4 at once, memory 16MiB, routes log machine\n",
          "  argument \"-l\"\n", "  environment HOME = \"/home\"\n", "file bin/log\n",
          "file bin/shell sha256 e3b0c442"}) {
        EXPECT_TRUE(text.contains(line)) << line << "\n" << text;
    }
}

} // namespace plan
