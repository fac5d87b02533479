#include <filesystem>
#include <format>
#include <fstream>
#include <unistd.h>

#include "testing/test.hpp"
#include "tools/tess/system/system.hpp"

namespace tess::system {

namespace {

/// What is said of a description whose component `a` has `line` too; its place is line 5.
std::string said_of(std::string_view line) {
    const auto system =
        parse_system(std::format("[system]\nname = 'x'\n[component.a]\nbudget.memory = '1MiB'\n{}\n", line), "s.toml");
    EXPECT_FALSE(system.has_value()) << line;
    return system.has_value() ? "" : system.error();
}

struct Mistake {
    std::string_view line;
    std::string_view said; ///< from the column on
};

void expect_said(const Mistake& mistake) {
    const std::string said = said_of(mistake.line);
    EXPECT_TRUE(said.starts_with(std::format("s.toml:5:{}", mistake.said))) << mistake.line << "\n" << said;
    EXPECT_TRUE(said.contains("\n  remedy: ")) << said;
}

} // namespace

TEST(Mistakes, UnknownKeysNameTheNearestOne) {
    expect_said({"restrat = 'never'", "1: error: unknown key 'restrat' in 'component.a'\n"
                                      "  remedy: did you mean 'restart'? The keys are program, arguments"});
    expect_said({"colour = 1", "1: error: unknown key 'colour' in 'component.a'\n  remedy: the keys are program"});
    expect_said({"uses.b = { from = 'c.d', permissions = 'r', optoinal = true }",
                 "45: error: unknown key 'optoinal' in 'component.a.uses.b'\n  remedy: did you mean 'optional'?"});
    expect_said({"budget.memroy = '1MiB'", "8: error: unknown key 'memroy'"});
    expect_said({"[compnent.b]", "2: error: unknown key 'compnent' here\n  remedy: did you mean 'component'?"});
}

TEST(Mistakes, ValuesAreOfTheirType) {
    for (const Mistake& mistake : std::initializer_list<Mistake>{
             {"program = 3", "11: error: 'component.a.program' is 3\n  remedy: write a name in the bundle"},
             {"program = '../x'", "11: error: 'component.a.program' is '../x'"},
             {"arguments = 'x'", "13: error: 'component.a.arguments' is 'x'\n  remedy: write a list"},
             {"arguments = ['x', 1]", "19: error: 'component.a.arguments.1' is 1\n  remedy: write a text"},
             {"environment = { A = 1 }", "21: error: 'component.a.environment.A' is 1"},
             {"environment = { 'A=B' = 'x' }", "15: error: 'component.a.environment' has a variable"},
             {"essential = 'yes'", "13: error: 'component.a.essential' is 'yes'\n  remedy: write true or false"},
             {"label = -1", "9: error: 'component.a.label' is -1\n  remedy: write a whole number from 0"},
             {"label = 1.5", "9: error: 'component.a.label' is a fraction"},
             {"start = 'later'", "9: error: 'component.a.start' is 'later'\n  remedy: write one of connect, boot"},
             {"restart = true", "11: error: 'component.a.restart' is true"},
             {"backoff = 1", "11: error: 'component.a.backoff' is 1\n  remedy: write a table"},
             {"offers = [1]", "10: error: 'component.a.offers' is a list\n  remedy: write a table"},
             {"settings.x = 1.5", "14: error: 'component.a.settings.x' is a fraction"},
             {"settings.x = 2020-01-01", "14: error: 'component.a.settings.x' is a date"},
             {"uses.B = {}", "6: error: 'B' in 'component.a.uses' is no name"},
             {"program = \"a\\u0000\"", "11: error"}}) {
        expect_said(mistake);
    }
}

TEST(Mistakes, SizesTimesAndPermissionsAreWellFormed) {
    for (const char* wrong :
         {"'64'", "'64kb'", "'KiB'", "'-1KiB'", "'1.5MiB'", "'99999999999999999999B'", "'9999999999TiB'", "64", "''"}) {
        expect_said({std::format("budget.children = {}", wrong), "19: error: 'component.a.budget.children' is "});
    }
    for (const char* wrong : {"'10'", "'10 ms'", "'ms'", "'1h'", "10", "''", "'99999999999s'"}) {
        expect_said({std::format("stop = {}", wrong), "8: error: 'component.a.stop' is "});
    }
    for (const char* wrong : {"'rq'", "''", "'rr'", "'R'", "7"}) {
        expect_said({std::format("offers.b = {{ protocol = 'p', permissions = {} }}", wrong),
                     "44: error: 'component.a.offers.b.permissions' is "});
    }
    for (const char* wrong : {"''", "'A'", "'a..b'", "'a/0'", "'a/x'", "'a/70000'", "'.a'", "1",
                              "'a.name.of.more.than.thirty.six.letters'"}) {
        expect_said({std::format("offers.b = {{ permissions = 'r', protocol = {} }}", wrong), "44: error: "});
    }
}

TEST(Mistakes, WhatBelongsTogetherFits) {
    for (const Mistake& mistake : std::initializer_list<Mistake>{
             {"budget.quota = '1ms'", ""},
             {"backoff = { first = '2s', most = '1s' }", "11: error: 'first' is longer than 'most'"},
             {"backoff.give_up = 33", "19: error: 'component.a.backoff.give_up' is 33"},
             {"thread.t = { class = 'real-time', priority = 1, period = '1ms' }",
              "12: error: a real-time thread without"},
             {"thread.t = { class = 'real-time', priority = 1, period = '1ms', execution = '2ms' }",
              "12: error: the times of a real-time thread contradict each other"},
             {"thread.t.priority = 1", ""},
             {"devices = [{ match = 'usb:1', driver = 'x' }]", "22: error: 'match' names no kind of device"},
             {"devices = [{ match = 'pci:1af4:1041' }]", "12: error: 'component.a.devices.0' has no 'driver'"},
             {"uses.b = { from = 'c.d' }", "10: error: 'component.a.uses.b' has no 'permissions'"}}) {
        if (mistake.said.empty()) {
            EXPECT_TRUE(said_of(mistake.line).contains("error: ")) << mistake.line;
        } else {
            expect_said(mistake);
        }
    }
}

TEST(Mistakes, AllAreToldInTheirOrder) {
    const std::string said = said_of("label = -1\nessential = 1\nbogus = 1");
    EXPECT_LT(said.find("s.toml:5:9"), said.find("s.toml:6:13"));
    EXPECT_LT(said.find("s.toml:6:13"), said.find("s.toml:7:1:"));
    EXPECT_NE(said.find("s.toml:7:1:"), std::string::npos);
}

TEST(Mistakes, NamesAreThereOnce) {
    EXPECT_TRUE(said_of("[component.a]").contains("s.toml:5:"));
    EXPECT_TRUE(said_of("label = 1\nlabel = 2").contains("s.toml:6:"));
    EXPECT_TRUE(said_of("[[files]]\nfrom='a'\nto='b'\n[[files]]\nfrom='c'\nto='b'")
                    .starts_with("s.toml:8:1: error: two files want to be 'b' in the bundle"));
    EXPECT_TRUE(said_of("[component.kernel]\nbudget.memory='1MiB'").contains("cannot be named 'kernel'"));
    EXPECT_TRUE(said_of("[component.init]\nbudget.memory='1MiB'").contains("cannot be named 'init'"));
}

TEST(Mistakes, AComponentNeedsABudget) {
    const auto system = parse_system("[system]\nname = 'x'\n[component.a]\n", "s.toml");
    ASSERT_FALSE(system.has_value());
    EXPECT_TRUE(system.error().starts_with("s.toml:3:1: error: 'component.a' has no 'budget'")) << system.error();
}

TEST(Mistakes, NoTextIsTooStrange) {
    EXPECT_TRUE(said_of("program = '\xff'").starts_with("s.toml:5:"));
    EXPECT_TRUE(said_of("program = \"\xc3\x28\"").starts_with("s.toml:5:"));
    EXPECT_TRUE(said_of(std::string(1000, '[')).starts_with("s.toml:5:"));
    EXPECT_TRUE(said_of("label = " + std::string(100'000, '[')).starts_with("s.toml:5:"));
    EXPECT_EQ(parse_system(std::string(10 << 20, ' '), "s.toml").error(),
              "s.toml: error: a description of more than 1 MiB\n  remedy: split it with 'include', or make it shorter");
}

/// In a folder of its own.
class IncludeTest : public testing::Test {
  protected:
    IncludeTest() {
        std::filesystem::create_directories(folder / "systems");
        std::filesystem::current_path(folder);
    }

    ~IncludeTest() override {
        std::filesystem::current_path(before);
        std::filesystem::remove_all(folder);
    }

    std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() /
        std::format("tess_system_{}", testing::UnitTest::GetInstance()->random_seed() + getpid());
};

TEST_F(IncludeTest, ComponentsAndFilesOfOthersAreAdded) {
    std::ofstream("part.toml") << "files = [{ from = 'a', to = 'b' }]\ncomponent.b.budget.memory = '1MiB'\n";
    std::ofstream("systems/x.toml")
        << "[system]\nname = 'x'\ninclude = ['part.toml']\ncomponent.a.budget.memory = '1MiB'\n";
    EXPECT_FALSE(load("x").has_value()) << "a component below [system]";
    std::ofstream("systems/x.toml")
        << "component.a.budget.memory = '1MiB'\n[system]\nname = 'x'\ninclude = ['part.toml']\n";
    const auto system = load("x");
    ASSERT_TRUE(system.has_value()) << system.error();
    EXPECT_EQ(system->components.size(), 2U);
    EXPECT_EQ(system->files.size(), 1U);
    EXPECT_EQ(system->places.text(system->places.of("component.b")), "part.toml:2:11");
}

TEST_F(IncludeTest, MistakesNameTheirFile) {
    std::ofstream("part.toml") << "component.a.budget.memory = '1MiB'\n[system]\nname = 'y'\n";
    std::ofstream("systems/x.toml")
        << "component.a.budget.memory = '1MiB'\n[system]\nname = 'x'\ninclude = ['part.toml', 'none.toml']\n";
    const auto system = load("x");
    ASSERT_FALSE(system.has_value());
    EXPECT_TRUE(system.error().contains("part.toml:1:11: error: component 'a' stands in systems/x.toml:1:11 already"))
        << system.error();
    EXPECT_TRUE(system.error().contains("part.toml:2:2: error: unknown key 'system' here")) << system.error();
    EXPECT_TRUE(system.error().contains("systems/x.toml:4:25: error: 'none.toml' cannot be read")) << system.error();
}

TEST_F(IncludeTest, ALargeFileIsRefusedUnread) {
    std::ofstream("systems/x.toml") << std::string(10 << 20, '[');
    EXPECT_TRUE(load("x").error().contains("more than 1 MiB"));
    EXPECT_TRUE(exists("x"));
    EXPECT_FALSE(exists("y"));
    EXPECT_TRUE(load("y").error().starts_with("there is no system 'y'"));
}

TEST(Words, AreWrittenAsTheyAreRead) {
    for (const char* text : {"0B", "1B", "64KiB", "3MiB", "1GiB", "2TiB", "1025B"}) {
        EXPECT_EQ(size_text(parse_size(text).value()), text);
    }
    for (const char* text : {"0ns", "7ns", "20us", "10ms", "60s", "1500ms"}) {
        EXPECT_EQ(time_text(parse_time(text).value()), text);
    }
}

} // namespace tess::system
