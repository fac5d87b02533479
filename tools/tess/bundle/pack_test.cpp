#include "tools/tess/bundle/pack.hpp"

#include <filesystem>
#include <format>
#include <fstream>
#include <unistd.h>

#include "base/text_view.hpp"
#include "libs/elf/fake_program.hpp"
#include "testing/test.hpp"

namespace tess::bundle {

/// In a folder of its own, because pack() writes below out/.
class PackTest : public testing::Test {
  protected:
    PackTest() {
        folder = std::filesystem::temp_directory_path() /
                 std::format("tess_pack_{}", testing::UnitTest::GetInstance()->random_seed() + getpid());
        std::filesystem::create_directories(folder);
        std::filesystem::current_path(folder);
        std::ofstream("one") << "first";
        std::ofstream("two") << "second";
    }

    ~PackTest() override {
        std::filesystem::current_path(before);
        std::filesystem::remove_all(folder);
    }

    static system::System with(std::vector<system::BundledFile> files) {
        return {.name = "s", .files = std::move(files)};
    }

    std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::path folder;
};

TEST_F(PackTest, ListsWhatItPacked) {
    const auto path = pack(with({{"two", "b/two"}, {"one", "a"}}));
    ASSERT_TRUE(path.has_value()) << path.error();
    const auto listing = list(*path);
    ASSERT_TRUE(listing.has_value()) << listing.error();
    EXPECT_TRUE(listing->is_intact);
    EXPECT_TRUE(listing->text.starts_with("out/systems/s.bundle: 2 files, 12288 bytes\n         5  a7937b64"))
        << listing->text;
    EXPECT_TRUE(listing->text.contains("  b/two\n")) << listing->text;
}

TEST_F(PackTest, LeavesAnEqualBundleAlone) {
    const auto path = pack(with({{"one", "a"}}));
    const auto time = std::filesystem::last_write_time(*path) - std::chrono::hours(1);
    std::filesystem::last_write_time(*path, time);
    ASSERT_TRUE(pack(with({{"one", "a"}})).has_value());
    EXPECT_EQ(std::filesystem::last_write_time(*path), time);
}

TEST_F(PackTest, SaysWhatIsWrong) {
    EXPECT_EQ(pack(with({{"three", "a"}})).error(), "system 's': cannot read 'three'");
    EXPECT_EQ(pack(with({{".", "a"}})).error(), "system 's': cannot read '.'");
    EXPECT_TRUE(pack(with({{"one", "../a"}})).error().contains("'../a' is no name"));
    EXPECT_TRUE(pack(with({{"one", "a"}, {"two", "a"}})).error().contains("two files want to be 'a'"));
    EXPECT_EQ(list("three").error(), "cannot read 'three'");
    EXPECT_EQ(list("one").error(), "'one' is no boot bundle");
}

TEST_F(PackTest, PacksThePlanOfASystemWithComponents) {
    auto system = system::parse_system("[system]\nname = 's'\n[[files]]\nfrom = 'bin'\nto = 'a'\n[component.a]\n"
                                       "budget.memory = '1MiB'\n",
                                       "s.toml");
    ASSERT_TRUE(system.has_value()) << system.error();
    EXPECT_EQ(pack(*system).error(), "system 's': cannot read 'bin'");
    std::ofstream("bin") << "no program";
    EXPECT_TRUE(pack(*system).error().contains("system 's' is refused:\ns.toml:6:1: error: 'a' is no program"))
        << pack(*system).error();
    EXPECT_FALSE(std::filesystem::exists("out")) << "nothing is written";
    const auto program = elf::FakeProgram::good().file();
    std::ofstream("bin", std::ios::binary) << base::text_view(program);
    const auto path = pack(*system);
    ASSERT_TRUE(path.has_value()) << path.error();
    EXPECT_TRUE(list(*path)->text.contains("  plan\n"));
    system->files.at(0).to = system->components.at("a").plan.program = "plan";
    EXPECT_TRUE(pack(*system).error().contains("two files want to be 'plan'"));
}

TEST_F(PackTest, ComparesDigests) {
    system::System system = with({{"one", "a"}});
    system.files.at(0).digest = digest::sha256({});
    EXPECT_EQ(pack(system).error(), "system 's': 'one' has another SHA-256 than the description says");
}

TEST_F(PackTest, FindsDamage) {
    const auto path = pack(with({{"one", "a"}}));
    std::fstream file(*path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << 'F';
    file.close();
    const auto listing = list(*path);
    ASSERT_TRUE(listing.has_value());
    EXPECT_FALSE(listing->is_intact);
    EXPECT_TRUE(listing->text.contains("a  DAMAGED\n")) << listing->text;
    std::filesystem::resize_file(*path, 4096);
    EXPECT_TRUE(list(*path).error().contains("the end is missing"));
}

} // namespace tess::bundle
