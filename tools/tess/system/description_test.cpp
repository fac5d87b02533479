#include "testing/test.hpp"
#include "tools/tess/system/system.hpp"

namespace tess::system {

namespace {

constexpr std::string_view kWhole = R"(
[system]
name = "whole"
machine = "q35"
memory = "64MiB"
cpus = 2
bundle_limit = "16MiB"
log = "debug"
reserve = "4MiB"

[component.log]
program = "bin/log"
arguments = ["-v", ""]
environment = { HOME = "/home", Empty = "" }
start = "boot"
restart = "always"
essential = true
ready = "1s"
stop = "500ms"
label = 3
budget = { memory = "512KiB", capabilities = 32, threads = 2, children = "1MiB", share = 200, quota = "2ms", period = "10ms" }
backoff = { first = "20ms", factor = 3, most = "1s", forget = "30s", give_up = 5 }
uses.debug = { from = "kernel.Debug", permissions = "rw" }
offers.log = { protocol = "tessera.log/2", permissions = "wg", clients = 8, handling = "20us" }
settings = { level = "info", lines = 80, stamp = true, tags = ["a", "b"] }

[component.log.thread.main]
class = "real-time"
priority = 10
cpus = [1]
period = "10ms"
execution = "1ms"
jitter = "1us"
calls = [{ to = "debug", times = 2 }]

[component.shell]
budget.memory = "4MiB"
uses.log = { from = "log.log", permissions = "w", protocol = "tessera.log/2", optional = true, waits = false, scope = "/home", grant = { tcp = 443, host = ["*.example.org"] }, quota = "4KiB", cycle_ok = "it never waits" }
devices = [{ match = "pci:1af4:1041", driver = "log" }, { match = "mmio:virtio:2", driver = "log" }]
launches = { routes = ["log"], memory = "1MiB", at_once = 2 }
thread.idle.class = "idle"

[[files]]
from = "README.md"
to = "readme"
sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

[expect]
prints = ["ready", "done"]
never = ["panic"]
within = "5s"
exit = 3
inject = [{ kill = "log", after = "2s" }, { kill = "shell", after = "ready" }]
)";

System whole() {
    auto system = parse_system(kWhole, "w.toml");
    EXPECT_TRUE(system.has_value()) << system.error();
    return system.has_value() ? *std::move(system) : System{};
}

} // namespace

TEST(Description, HasAllKeysOfTheSystem) {
    const System system = whole();
    EXPECT_EQ(system.memory_bytes, 64U << 20);
    EXPECT_EQ(system.bundle_limit, 16U << 20);
    EXPECT_EQ(system.reserve, 4U << 20);
    EXPECT_EQ(system.log, ::plan::LogLevel::Debug);
    EXPECT_EQ(std::to_integer<int>(system.files.at(0).digest.value_or(digest::Sha256{})[0]), 0xe3);
    EXPECT_EQ(system.expect.prints, (std::vector<std::string>{"ready", "done"}));
    EXPECT_EQ(system.expect.within, 5'000'000'000U);
    EXPECT_EQ(system.expect.exit, 3);
    EXPECT_EQ(system.expect.inject.at(0).after_time, 2'000'000'000U);
    EXPECT_EQ(system.expect.inject.at(1).after_pattern, "ready");
}

TEST(Description, HasAllKeysOfAComponent) {
    const System system = whole();
    const ::plan::ComponentDraft& log = system.components.at("log").plan;
    EXPECT_EQ(log.program, "bin/log");
    EXPECT_EQ(log.arguments, (std::vector<std::string>{"-v", ""}));
    EXPECT_EQ(log.environment.at("HOME"), "/home");
    EXPECT_EQ(log.start, ::plan::Start::Boot);
    EXPECT_EQ(log.restart, supervision::Policy::Always);
    EXPECT_TRUE(log.essential);
    EXPECT_EQ(log.ready, 1'000'000'000U);
    EXPECT_EQ(log.stop, 500'000'000U);
    EXPECT_EQ(log.label, 3U);
    EXPECT_EQ(log.memory, 512U << 10);
    EXPECT_EQ(log.capabilities, 32U);
    EXPECT_EQ(log.thread_limit, 2U);
    EXPECT_EQ(log.children, 1U << 20);
    EXPECT_EQ(log.share, 200U);
    EXPECT_EQ(log.quota, 2'000'000U);
    EXPECT_EQ(log.period, 10'000'000U);
    EXPECT_EQ(log.backoff.first, base::Nanoseconds{20'000'000});
    EXPECT_EQ(log.backoff.factor, 3U);
    EXPECT_EQ(log.backoff.give_up, 5U);
    EXPECT_EQ(log.offers.at("log").major, 2U);
    EXPECT_EQ(log.offers.at("log").permissions, abi::kWrite | abi::kGrant);
    EXPECT_EQ(log.offers.at("log").handling, 20'000U);
    EXPECT_EQ(std::get<base::i64>(log.settings.at("lines").at(0)), 80);
    EXPECT_EQ(log.settings.at("tags").size(), 2U);
}

TEST(Description, HasAllKeysOfThreadsUsesAndLaunches) {
    const System system = whole();
    const Thread& main = system.components.at("log").threads.at("main");
    EXPECT_TRUE(main.is_real_time());
    EXPECT_EQ(main.plan.priority, 10U);
    EXPECT_EQ(main.plan.cpus, std::vector<base::u32>{1});
    EXPECT_EQ(main.plan.deadline, 10'000'000U) << "the period";
    EXPECT_EQ(main.calls.at(0).times, 2U);
    const Component& shell = system.components.at("shell");
    EXPECT_EQ(shell.plan.program, "shell");
    EXPECT_EQ(shell.threads.at("idle").plan.scheduling_class, abi::SchedulingClass::Idle);
    const Use& use = shell.uses.at("log");
    EXPECT_EQ(use.from, "log.log");
    EXPECT_EQ(use.protocol, (Protocol{"tessera.log", 2}));
    EXPECT_TRUE(use.route.optional);
    EXPECT_FALSE(use.route.waits);
    EXPECT_EQ(use.route.scope, "/home");
    EXPECT_EQ(use.route.grant.size(), 2U);
    EXPECT_EQ(use.cycle_ok, "it never waits");
    EXPECT_EQ(shell.plan.devices.at(1).match, "mmio:virtio:2");
    EXPECT_EQ(shell.plan.launches.value_or(::plan::LaunchesDraft{}).at_once, 2U);
}

TEST(Description, KnowsWhereThingsStand) {
    const System system = whole();
    EXPECT_EQ(system.places.text(system.places.of("component.shell.uses.log.permissions")), "w.toml:38:46");
    EXPECT_EQ(system.places.of("component.shell.uses.log.nothing").line, 38U);
    EXPECT_EQ(system.places.of("elsewhere"), Place{});
}

} // namespace tess::system
