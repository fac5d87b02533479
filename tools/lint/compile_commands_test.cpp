#include "tools/lint/compile_commands.hpp"

#include "testing/test.hpp"

namespace lint {

namespace {

constexpr std::string_view kCommands = R"([
{
  "directory": "/tree/out/host",
  "command": "env A=b ccache /usr/bin/clang++-19 -DA=\"x\" -DB=\\\"y\\\" -O2 -flto=thin -o a.o -c /tree/base/a.cpp",
  "file": "/tree/base/a.cpp"
},
{
  "directory": "/tree/out/host",
  "command": "/usr/bin/clang++-19 -O1 -o b.o -c /tree/libs/boot/b.cpp",
  "file": "/tree/libs/boot/b.cpp"
}
])";

using Words = std::vector<std::string>;

} // namespace

TEST(CompileCommands, KeepsOnlyTheFlags) {
    const auto commands = CompileCommands::parse(kCommands, "/tree");
    EXPECT_TRUE(commands.has("base/a.cpp"));
    EXPECT_EQ(commands.flags_for("base/a.cpp"), (Words{"-DA=\"x\"", "-DB=\"y\"", "-O2"}));
    EXPECT_EQ(commands.paths(), (Words{"base/a.cpp", "libs/boot/b.cpp"}));
}

TEST(CompileCommands, HeadersTakeTheNearest) {
    const auto commands = CompileCommands::parse(kCommands, "/tree");
    EXPECT_EQ(commands.flags_for("libs/boot/b.hpp"), Words{"-O1"});
    EXPECT_EQ(commands.flags_for("libs/other/c.hpp"), Words{"-O1"});
    EXPECT_EQ(commands.flags_for("abi/error.hpp"), (Words{"-DA=\"x\"", "-DB=\"y\"", "-O2"}));
    EXPECT_TRUE(CompileCommands::parse("", "/tree").flags_for("a.hpp").empty());
}

} // namespace lint
