#include "tools/tess/prove/rules.hpp"

#include <algorithm>

#include "testing/test.hpp"
#include "tools/tess/prove/prove_fixture.hpp"

namespace tess::prove {

namespace {

/// Whether a line of findings holds `wanted`, and there is only one finding.
void expect_only(const std::string& said, std::string_view wanted) {
    EXPECT_TRUE(said.contains(wanted)) << wanted << "\n" << said;
    EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
    EXPECT_TRUE(said.contains("\n  remedy: ")) << said;
}

/// The same, of a program that is other than the description says.
template <class Change>
std::string said_with(std::string_view component, Change change) {
    const system::System system = described(kGood);
    Evidence evidence = matching_evidence(system);
    change(evidence.at(std::string(component)).program.value());
    return said_of(system, evidence);
}

} // namespace

TEST(Routes, LeadToAnOfferThatIsThere) {
    EXPECT_TRUE(said_after("from = \"disk.block\"", "from = \"disc.block\"")
                    .contains("s.toml:18:22: error: there is no component 'disc' [routes]\n  remedy: did you mean "
                              "'disk'? Or describe it: [component.disc]"));
    EXPECT_TRUE(said_after("from = \"disk.block\"", "from = \"disk.blocks\"")
                    .contains("error: disk offers no 'blocks' [routes]\n  remedy: did you mean 'block'?"));
    EXPECT_TRUE(said_after("kernel.Debug", "kernel.Debugger").contains("the kernel has no object 'Debugger' [routes]"));
    EXPECT_TRUE(said_after("kernel.Debug", "kernel.ChannelClient").contains("the kernel has no object"));
    EXPECT_TRUE(said_after("kernel.Debug", "debug").contains("'debug' is no route [routes]"));
}

TEST(Routes, LeadToInit) {
    const auto with = [](std::string_view use) {
        return said_after("launches = {", std::string("uses.control = ") + std::string(use) + "\nlaunches = {");
    };
    EXPECT_EQ(with("{ from = \"init.control\", permissions = \"rx\" }"), "");
    expect_only(with("{ from = \"init.control\", permissions = \"rw\" }"), "init.control offers rx, w asked [routes]");
    EXPECT_TRUE(with("{ from = \"init.controls\", permissions = \"r\" }")
                    .contains("init offers no 'controls' [routes]\n  remedy: did you mean 'control'?"));
}

TEST(Routes, AskForNoMoreThanIsOffered) {
    expect_only(said_after("permissions = \"rxg\", scope", "permissions = \"rxdg\", scope"),
                "s.toml:23:50: error: files.root offers rwxg, d asked [routes]");
}

TEST(Routes, AreOfOneProtocolAndMajor) {
    expect_only(said_after("from = \"disk.block\"", "protocol = \"tessera.block/2\", from = \"disk.block\""),
                "error: disk.block speaks tessera.block/1, tessera.block/2 asked [routes]");
    EXPECT_EQ(said_after("from = \"disk.block\"", "protocol = \"tessera.block/1\", from = \"disk.block\""), "");
}

TEST(Routes, AreNoMoreThanAreServed) {
    expect_only(said_after("clients = 2", "clients = 1"),
                "s.toml:7:14: error: 2 clients are routed here, 1 are served [routes]");
}

TEST(Routes, OfTheKernelHavePermissionsOnly) {
    expect_only(said_after("from = \"kernel.Debug\"", "scope = \"x\", from = \"kernel.Debug\""),
                "error: kernel.Debug takes no protocol, scope, grant or quota [routes]");
}

TEST(Programs, AreInTheBundle) {
    const system::System system = described(kGood);
    Evidence evidence = matching_evidence(system);
    evidence.erase("shell");
    expect_only(said_of(system, evidence), "s.toml:20:1: error: the bundle has no file 'shell' [programs]");
}

TEST(Programs, AreGivenWhatTheyNeed) {
    expect_only(
        said_with("shell",
                  [](Program& shell) { shell.needs.push_back({"terminal", {"tessera.terminal", 1}, abi::kRead}); }),
        "error: its program needs 'terminal' (tessera.terminal/1, r), not given [programs]\n  remedy: add "
        "uses.terminal");
    EXPECT_EQ(said_with("shell",
                        [](Program& shell) {
                            shell.needs.push_back({"terminal", {"tessera.terminal", 1}, abi::kRead, true});
                        }),
              "");
    expect_only(said_with("files", [](Program& files) { files.needs.at(0).permissions = abi::kAllPermissions; }),
                "error: its program needs 'disk' (tessera.block/1, rwxdgm), rw given [programs]");
    expect_only(said_with("files", [](Program& files) { files.needs.at(0).protocol.major = 2; }),
                "error: its program needs 'disk' (tessera.block/2, rw), not tessera.block [programs]");
    expect_only(said_with("files", [](Program& files) { files.abi_version = abi::kVersion + 1; }),
                "is made for version 1 of the kernel's interface, this is 0 [programs]");
}

TEST(Programs, ServeWhatIsOffered) {
    expect_only(said_with("files", [](Program& files) { files.offers.clear(); }),
                "s.toml:19:15: error: its program does not serve 'root' [programs]");
    expect_only(said_with("files", [](Program& files) { files.offers.at(0).protocol.name = "x"; }),
                "error: its program serves 'root' (x/1, rwxg) [programs]");
    expect_only(said_with("files", [](Program& files) { files.offers.at(0).permissions = abi::kRead; }),
                "error: its program serves 'root' (tessera.directory/1, r) [programs]");
}

TEST(Grants, WhoHandsOnHoldsGrant) {
    expect_only(said_after("routes = [\"home\"]", "routes = [\"home\", \"log\"]"),
                "s.toml:25:32: error: 'log' may not be handed on: shell holds it without g [grants]");
    EXPECT_TRUE(said_after("\"rxg\", scope", "\"rx\", scope").contains("'home' may not be handed on"));
    expect_only(said_after("routes = [\"home\"]", "routes = [\"home\", \"x\"]"),
                "error: shell has no use 'x' to hand on [grants]");
}

TEST(Grants, DevicesStartDriversOfOneManager) {
    expect_only(said_after("driver = \"disk\"", "driver = \"disk\" }, { match = \"mmio:virtio:2\", driver = \"x\""),
                "error: there is no component 'x' [grants]");
    expect_only(said_after("driver = \"disk\"", "driver = \"disk\" }, { match = \"mmio:virtio:2\", driver = \"log\""),
                "error: 'log' does not start with a device [grants]");
    expect_only(said_after("[component.files]",
                           "[component.files]\ndevices = [{ match = \"mmio:virtio:2\", driver = \"disk\" }]"),
                "error: 'disk' is started by 'files' too [grants]");
    expect_only(said_after("devices = [{ match = \"pci:class:0108\", driver = \"disk\" }]\n", ""),
                "error: no device starts 'disk' [grants]");
    expect_only(said_of(std::string(kGood) + "[[expect.inject]]\nkill = \"x\"\nafter = \"1s\"\n"),
                "s.toml:27:8: error: there is no component 'x' [grants]");
}

TEST(Memory, OfAllFitsTheMachine) {
    expect_only(said_after("64MiB", "16MiB"),
                "s.toml:3:10: error: 16MiB are not enough: budgets 7680KiB, children 8MiB, reserve 8MiB, bundle 4KiB "
                "[memory]\n  remedy: give the machine at least 24MiB");
    const std::string full = replaced(replaced(kGood, "64MiB", "24MiB"), "512KiB", "1020KiB");
    EXPECT_EQ(said_of(full), "") << "to the last page";
    expect_only(said_of(replaced(full, "1020KiB", "1021KiB")), "error: 24MiB are not enough");
    expect_only(said_after("budget.memory = \"4MiB\"", "budget.memory = \"8388607TiB\""),
                "error: 64MiB are not enough");
    expect_only(said_after("name = \"good\"", "name = \"good\"\nbundle_limit = \"0B\""),
                "error: the bundle has 4KiB, at most 0B are allowed [memory]");
}

TEST(Memory, OfAComponentFitsItsBudget) {
    expect_only(said_after("quota = \"64KiB\"", "quota = \"4MiB\""),
                "s.toml:17:17: error: 4MiB are not enough: program 0B, heap 0B, threads 64KiB, quotas of clients 4MiB");
    expect_only(said_with("files", [](Program& files) { files.heap_bytes = 4 << 20; }), "heap 4MiB, threads 64KiB");
    expect_only(said_with("files", [](Program& files) { files.image_bytes = ~base::u64{0}; }),
                "are not enough: program");
    expect_only(said_after("launches = { routes = [\"home\"], memory = \"8MiB\"",
                           "launches = { routes = [\"home\"], memory = \"9MiB\""),
                "error: 9MiB for programs, but children may have 8MiB [memory]");
}

TEST(Memory, CapabilitiesAndThreadsAlike) {
    expect_only(said_after("budget.memory = \"512KiB\"", "budget = { memory = \"512KiB\", capabilities = 18 }"),
                "error: 18 are not enough: its own objects, uses and clients are 19 [memory]");
    expect_only(said_after("budget.memory = \"512KiB\"", "budget = { memory = \"512KiB\", threads = 1 }\n"
                                                         "thread.a.class = \"batch\"\nthread.b.class = \"batch\""),
                "error: 2 threads are described, 1 allowed [memory]");
}

TEST(Cycles, AreToldWithTheirUses) {
    const std::string cycle =
        replaced(replaced(kGood, "clients = 2", "clients = 3"), "uses.disk =",
                 "offers.x = { protocol = \"p\", permissions = \"r\" }\nuses.log = { from = \"log.log\", permissions = "
                 "\"w\" }\nuses.disk =");
    const std::string closed =
        replaced(cycle, "uses.debug =", "uses.files = { from = \"files.x\", permissions = \"r\" }\nuses.debug =");
    expect_only(said_of(closed),
                "error: components wait for each other: disk -(log)-> log -(files)-> files -(disk)-> disk [cycles]");
    EXPECT_EQ(said_of(replaced(closed, "from = \"files.x\"", "cycle_ok = \"one thread each\", from = \"files.x\"")),
              "");
    EXPECT_EQ(said_of(replaced(closed, "from = \"files.x\"", "waits = false, from = \"files.x\"")), "");
}

TEST(Cycles, OfOneComponentAreOnesToo) {
    expect_only(said_after("uses.disk =", "uses.me = { from = \"files.root\", permissions = \"r\" }\nuses.disk ="),
                "components wait for each other: files -(me)-> files [cycles]");
}

TEST(Cycles, SeveralAreToldEach) {
    std::string text = "[system]\nname = 'x'\n";
    for (const auto& [name, from] : {std::pair{"a", "b"}, {"b", "a"}, {"c", "d"}, {"d", "c"}, {"e", "a"}}) {
        text += std::format("[component.{}]\nbudget.memory = '1MiB'\nuses.u = {{ from = '{}.o', permissions = 'r' }}\n"
                            "offers.o = {{ protocol = 'p', permissions = 'r' }}\n",
                            name, from);
    }
    const std::string said = said_of(text);
    EXPECT_TRUE(said.contains("a -(u)-> b -(u)-> a")) << said;
    EXPECT_TRUE(said.contains("c -(u)-> d -(u)-> c")) << said;
    EXPECT_FALSE(said.contains("e -(u)->")) << said;
}

TEST(Privilege, WhatIsNotNeededIsAWarning) {
    expect_only(said_with("files", [](Program& files) { files.needs.clear(); }),
                "s.toml:18:13: warning: 'disk' is given, and the program does not need it [privilege]");
    expect_only(said_with("files", [](Program& files) { files.needs.at(0).permissions = abi::kRead; }),
                "warning: rw is given, the program needs r [privilege]");
    EXPECT_EQ(said_with("shell",
                        [](Program& shell) {
                            std::erase_if(shell.needs, [](const Declared& need) { return need.name == "home"; });
                        }),
              "")
        << "it hands it on";
    expect_only(said_after("uses.disk =", "offers.x = { protocol = \"p\", permissions = \"r\" }\nuses.disk ="),
                "warning: nobody uses 'files.x' [privilege]");
    EXPECT_EQ(said_after("[component.files]\n", "[component.spare]\nstart = \"device\"\nbudget.memory = \"64KiB\"\n"
                                                "offers.x = { protocol = \"p\", permissions = \"r\" }\n"
                                                "[component.other]\nbudget.memory = \"64KiB\"\n"
                                                "devices = [{ match = \"mmio:virtio:2\", driver = \"spare\" }]\n"
                                                "[component.files]\n"),
              "")
        << "its manager uses it";
    expect_only(said_with("log", [](Program& log) { log.abi_version.reset(); }),
                "warning: its program does not say what it needs");
}

TEST(Privilege, WarningsAreErrorsWhenStrict) {
    const system::System system = described(kGood);
    Evidence evidence = matching_evidence(system);
    EXPECT_FALSE(has_errors(prove(system, evidence), true));
    evidence.at("files").program->needs.clear();
    EXPECT_FALSE(has_errors(prove(system, evidence)));
    EXPECT_TRUE(has_errors(prove(system, evidence), true));
}

TEST(Privilege, DriversAreListedAsTrusted) {
    const system::System system = described(kGood);
    const std::string said = text_of(prove(system, matching_evidence(system)), system.places);
    EXPECT_TRUE(said.contains("s.toml:8:1: note: 'disk' drives devices: without an IOMMU it is trusted")) << said;
}

} // namespace tess::prove
