#include <filesystem>

#include "testing/test.hpp"
#include "tools/tess/system/system.hpp"

namespace tess::system {

TEST(System, EveryDescriptionOfTheTreeIsRead) {
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(TESSERA_SOURCE);
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("systems")) {
        if (entry.path().extension() == ".toml") {
            const auto path = std::filesystem::relative(entry.path(), "systems").replace_extension();
            const auto system = load(path.string());
            EXPECT_TRUE(system.has_value()) << system.error();
            EXPECT_TRUE(exists(path.string()));
            ++count;
        }
    }
    EXPECT_GT(count, 10);
    std::filesystem::current_path(before);
}

} // namespace tess::system
