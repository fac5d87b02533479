#include <filesystem>
#include <format>
#include <fstream>
#include <unistd.h>

#include "base/text_view.hpp"
#include "libs/elf/fake_program.hpp"
#include "testing/test.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

/// In a tree of its own, with one system.
class CheckVerbTest : public testing::Test {
  protected:
    CheckVerbTest() {
        std::filesystem::create_directories(folder / "systems");
        std::filesystem::current_path(folder);
        const auto program = elf::FakeProgram::good().file();
        std::ofstream("program", std::ios::binary) << base::text_view(program);
        describe("");
    }

    ~CheckVerbTest() override {
        std::filesystem::current_path(before);
        std::filesystem::remove_all(folder);
    }

    static void describe(std::string_view more) {
        std::ofstream("systems/x.toml") << "files = [{ from = 'program', to = 'a' }]\n"
                                           "[system]\nname = 'x'\n[component.a]\nbudget.memory = '1MiB'\n"
                                        << more;
    }

    std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() /
        std::format("tess_check_{}", testing::UnitTest::GetInstance()->random_seed() + getpid());
};

TEST_F(CheckVerbTest, EndsAsItFound) {
    EXPECT_EQ(check_verb({"x"}), ExitStatus::Good);
    EXPECT_EQ(check_verb({"x", "--strict"}), ExitStatus::Failed) << "the program says nothing of itself";
    EXPECT_EQ(check_verb({"y"}), ExitStatus::Usage);
    EXPECT_EQ(check_verb({"x", "x"}), ExitStatus::Usage);
    EXPECT_EQ(check_verb({"x", "--loose"}), ExitStatus::Usage);
    std::filesystem::remove("program");
    EXPECT_EQ(check_verb({"x"}), ExitStatus::NotBuilt);
    EXPECT_EQ(build_verb({"x"}), ExitStatus::NotBuilt);
    EXPECT_EQ(plan_verb({"x", "--text"}), ExitStatus::Good) << "a plan needs no programs";
}

TEST_F(CheckVerbTest, NothingIsWrittenOfWhatIsRefused) {
    for (const char* wrong :
         {"colour = 1\n", "uses.b = { from = 'b.c', permissions = 'r' }\n", "label = 'x'\n", "label = '\xff'\n",
          "[component.a]\n", "program = 'b'\n", "[component.b]\nprogram = 'a'\nbudget.memory = '1GiB'\n"}) {
        describe(wrong);
        for (const auto verb : {check_verb, plan_verb, build_verb, graph_verb}) {
            const bool is_read = verb == graph_verb && verb({"x"}) == ExitStatus::Good;
            EXPECT_TRUE(is_read || verb({"x"}) == ExitStatus::Failed) << wrong;
        }
        EXPECT_FALSE(std::filesystem::exists("out")) << wrong;
    }
}

TEST_F(CheckVerbTest, PlansAndBundlesAreWritten) {
    EXPECT_EQ(plan_verb({"x"}), ExitStatus::Good);
    EXPECT_TRUE(std::filesystem::exists("out/systems/x.plan"));
    EXPECT_EQ(build_verb({"x"}), ExitStatus::Good);
    EXPECT_EQ(inspect_verb({"out/systems/x.bundle"}), ExitStatus::Good);
}

} // namespace tess
