#include <filesystem>
#include <format>
#include <fstream>
#include <unistd.h>

#include "testing/test.hpp"
#include "tools/tess/verbs/new_component.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

/// In a tree of its own, with a template.
class NewVerbTest : public testing::Test {
  protected:
    NewVerbTest() {
        for (const char* sub : {"apps/_template", "systems/test", "tests/system"}) {
            std::filesystem::create_directories(folder / sub);
        }
        std::filesystem::current_path(folder);
        write("apps/CMakeLists.txt", "add_subdirectory(_template)\n");
        write("apps/_template/blank_session.hpp", "#include \"apps/_template/blank.hpp\"\nclass BlankSession;\n");
        write("systems/test/blank.toml", "name = \"blank\"\n");
        write("tests/system/blank.toml", "system = \"test/blank\"\n");
    }

    ~NewVerbTest() override {
        std::filesystem::current_path(before);
        std::filesystem::remove_all(folder);
    }

    static void write(const std::string& path, std::string_view text) { std::ofstream(path) << text; }

    static std::string text_of(const std::string& path) {
        bool is_found = false;
        return read_file(path, is_found);
    }

    std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() /
        std::format("tess_new_{}", testing::UnitTest::GetInstance()->random_seed() + getpid());
};

TEST_F(NewVerbTest, RenamesEverything) {
    ASSERT_EQ(new_verb({"component", "tea_pot"}), ExitStatus::Good);
    EXPECT_EQ(text_of("apps/tea_pot/tea_pot_session.hpp"),
              "#include \"apps/tea_pot/tea_pot.hpp\"\nclass TeaPotSession;\n");
    EXPECT_EQ(text_of("systems/tea_pot.toml"), "name = \"tea_pot\"\n");
    EXPECT_EQ(text_of("tests/system/tea_pot.toml"), "system = \"tea_pot\"\n");
    EXPECT_EQ(text_of("apps/CMakeLists.txt"), "add_subdirectory(_template)\nadd_subdirectory(tea_pot)\n");
}

TEST_F(NewVerbTest, TouchesNothingThatExists) {
    write("systems/kettle.toml", "mine");
    EXPECT_EQ(new_verb({"component", "kettle"}), ExitStatus::Failed);
    EXPECT_EQ(text_of("systems/kettle.toml"), "mine");
    EXPECT_FALSE(std::filesystem::exists("apps/kettle"));
    EXPECT_EQ(text_of("apps/CMakeLists.txt"), "add_subdirectory(_template)\n");
}

TEST_F(NewVerbTest, RefusesNames) {
    for (const char* wrong : {"", "Tea", "9lives", "tea-pot", "tea__pot", "tea_", "_tea", "class", "log", "../tea",
                              "a_name_that_is_too_long_x"}) {
        EXPECT_EQ(new_verb({"component", wrong}), ExitStatus::Usage) << wrong;
    }
    EXPECT_EQ(new_verb({"component"}), ExitStatus::Usage);
    EXPECT_EQ(new_verb({"system", "tea"}), ExitStatus::Usage);
}

TEST_F(NewVerbTest, LeavesNothingBehindWhatFails) {
    std::filesystem::remove_all("apps/CMakeLists.txt");
    std::filesystem::create_directories("apps/CMakeLists.txt");
    EXPECT_EQ(new_verb({"component", "tea"}), ExitStatus::Failed);
    EXPECT_FALSE(std::filesystem::exists("systems/tea.toml"));
    EXPECT_FALSE(std::filesystem::exists("apps/tea"));
    std::filesystem::remove("systems/test/blank.toml");
    EXPECT_EQ(new_verb({"component", "tea"}), ExitStatus::Failed);
}

} // namespace tess
