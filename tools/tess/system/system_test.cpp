#include "tools/tess/system/system.hpp"

#include "testing/test.hpp"

namespace tess::system {

TEST(System, ReadsADescription) {
    const auto system =
        parse_system("[system]\nname = 'small'\nmachine = 'microvm'\nmemory = '64MiB'\ncpus = 2\n", "s.toml");
    ASSERT_TRUE(system.has_value()) << system.error();
    EXPECT_EQ(system->name, "small");
    EXPECT_EQ(system->machine, "microvm");
    EXPECT_EQ(system->memory, "64M");
    EXPECT_EQ(system->cpus, 2);
}

TEST(System, ReadsItsFiles) {
    const auto system =
        parse_system("files = [{ from = 'README.md', to = 'readme' }]\n[system]\nname = 'x'\n", "s.toml");
    ASSERT_TRUE(system.has_value()) << system.error();
    ASSERT_EQ(system->files.size(), 1U);
    EXPECT_EQ(system->files.at(0).from, "README.md");
    EXPECT_EQ(system->files.at(0).to, "readme");
}

TEST(System, NamesThePlaceOfAMistake) {
    for (const char* text :
         {"[system]\nname = 'x'\ncolour = 1\n", "[system]\nname = 'x'\ncpus = 0\n",
          "[system]\nname = 'x'\nmachine = 'toaster'\n", "[system]\nname = 'x'\nmemory = 'lots'\n"}) {
        const auto system = parse_system(text, "s.toml");
        ASSERT_FALSE(system.has_value()) << text;
        EXPECT_TRUE(system.error().starts_with("s.toml:3:")) << system.error();
    }
    EXPECT_FALSE(parse_system("[system]\n", "s.toml").has_value());
    EXPECT_FALSE(parse_system("files = [{ from = 'x' }]\n[system]\nname = 'x'\n", "s.toml").has_value());
    EXPECT_FALSE(parse_system("[system", "s.toml").has_value());
}

} // namespace tess::system
