#include "tools/tess/gate/gate.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "testing/test.hpp"

namespace tess::gate {

namespace {

/// A folder with one file, "word", that holds "good".
class Folder {
  public:
    Folder() {
        std::string name = "/tmp/tess-gate-XXXXXX";
        path_ = mkdtemp(name.data());
        std::ofstream(path_ + "/word") << "good";
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }

    [[nodiscard]] std::string word() const {
        std::ifstream file(path_ + "/word");
        return {std::istreambuf_iterator<char>(file), {}};
    }

  private:
    std::string path_;
};

Gate gate(const std::string& command) {
    return {.name = "gates.x",
            .budget = "lint",
            .file = "word",
            .replace = "good",
            .fault = "bad",
            .command = command,
            .expect = "word is bad",
            .limit = process::Seconds{20}};
}

} // namespace

TEST(Gate, HoldsWhenTheFaultIsFound) {
    const Folder folder;
    EXPECT_EQ(
        run_gate(gate("! grep -q bad word || { echo word is bad; false; }"), folder.path(), folder.path() + "/log"),
        "");
    EXPECT_EQ(folder.word(), "good");
}

TEST(Gate, FailsWhenTheCheckPassesAnything) {
    const Folder folder;
    EXPECT_NE(run_gate(gate("true"), folder.path(), folder.path() + "/log"), "");
}

TEST(Gate, FailsWhenTheCheckAlwaysFails) {
    const Folder folder;
    EXPECT_TRUE(run_gate(gate("false"), folder.path(), folder.path() + "/log").contains("without the fault"));
}

TEST(Gate, FailsWhenTheFailureIsAnother) {
    const Folder folder;
    EXPECT_NE(run_gate(gate("! grep -q bad word"), folder.path(), folder.path() + "/log"), "");
}

TEST(Gate, TheTextToReplaceOccursOnce) {
    EXPECT_EQ(seed(gate(""), "a good thing").value(), "a bad thing");
    EXPECT_FALSE(seed(gate(""), "good good").has_value());
    EXPECT_FALSE(seed(gate(""), "none").has_value());
    Gate appended = gate("");
    appended.replace = "";
    EXPECT_EQ(seed(appended, "text ").value(), "text bad");
}

TEST(UpdateCopy, HoldsTheTreesFilesAndAPlaceForWhatIsMade) {
    const Folder tree;
    const Folder copy;
    process::capture({.arguments = {"git", "init", "-q", tree.path()}}, process::Seconds{20});
    std::ofstream(tree.path() + "/other") << "word";
    EXPECT_EQ(update_copy(tree.path(), copy.path()), "");
    EXPECT_TRUE(std::filesystem::exists(copy.path() + "/other"));
    EXPECT_TRUE(std::filesystem::is_directory(copy.path() + "/out"));
}

TEST(ParseGates, ReadsAndRefuses) {
    const auto gates =
        parse_gates("[[gate]]\nname='x'\nbudget='lint'\nfile='f'\nfault='b'\ncommand='c'\nexpect='e'\n", "g.toml");
    ASSERT_TRUE(gates.has_value()) << gates.error();
    EXPECT_EQ(gates->at(0).name, "gates.x");
    EXPECT_FALSE(parse_gates("[[gate]]\nname='x'\n", "g.toml").has_value());
    EXPECT_FALSE(parse_gates("[[gate]]\nname=1\n", "g.toml").has_value());
    EXPECT_FALSE(parse_gates("[gate]\n", "g.toml").has_value());
}

} // namespace tess::gate
