#include "testing/test.hpp"
#include "tools/lint/checks.hpp"

namespace lint {

namespace {

constexpr std::string_view kArrows = "# table\nabi:\nbase: abi\nasync: base\nlibs: base async\nkernel: libs base\n"
                                     "services: libs (apart)\ntests: *\n";

Findings check(const std::string& path, const std::string& included) {
    const std::vector<File> files{
        {"libs/a/CMakeLists.txt", "tessera_library(libs_a SOURCES a.cpp DEPENDS base libs_b)\n"},
        {"libs/b/CMakeLists.txt", "tessera_library(libs_b DEPENDS base)\n"},
        {"libs/waits/CMakeLists.txt", "tessera_library(libs_waits DEPENDS base async)\n"},
        {path, "#pragma once\n#include <span>\n#include \"" + included + "\"\n"},
    };
    return check_includes(files, kArrows);
}

} // namespace

TEST(IncludeArrows, PointDown) {
    EXPECT_TRUE(check("base/result.hpp", "abi/error.hpp").empty());
    EXPECT_TRUE(check("base/result.hpp", "base/types.hpp").empty());
    EXPECT_TRUE(check("tests/abi/x.cpp", "kernel/core/log.hpp").empty());
    const Findings up = check("abi/error.hpp", "base/types.hpp");
    ASSERT_EQ(up.size(), 1U);
    EXPECT_EQ(up[0].line, 3);
    EXPECT_EQ(up[0].message, "abi may not include base/types.hpp");
}

TEST(IncludeArrows, KnowEveryFolder) {
    EXPECT_EQ(check("base/a.hpp", "a.hpp").size(), 1U);
    EXPECT_EQ(check("base/a.hpp", "basement/a.hpp").size(), 1U);
    EXPECT_EQ(check("new/a.hpp", "base/a.hpp").size(), 1U);
}

TEST(IncludeArrows, KeepServicesApart) {
    EXPECT_TRUE(check("services/log/a.cpp", "services/log/a.hpp").empty());
    EXPECT_EQ(check("services/log/a.cpp", "services/files/a.hpp").size(), 1U);
}

TEST(IncludeArrows, LibrariesNameWhatTheyUse) {
    EXPECT_TRUE(check("libs/a/a.cpp", "libs/b/b.hpp").empty());
    EXPECT_EQ(check("libs/b/b.cpp", "libs/a/a.hpp").size(), 1U);
    EXPECT_TRUE(check("libs/b/b_test.cpp", "libs/a/a.hpp").empty());
    // Or else the kernel could come to await without anyone saying so.
    EXPECT_TRUE(check("libs/waits/a.cpp", "async/task.hpp").empty());
    EXPECT_EQ(check("libs/a/a.cpp", "async/task.hpp").size(), 1U);
}

TEST(IncludeArrows, TheKernelDoesNotAwait) {
    EXPECT_TRUE(check("kernel/core/a.cpp", "libs/a/a.hpp").empty());
    EXPECT_EQ(check("kernel/core/a.cpp", "libs/waits/a.hpp").size(), 1U);
}

TEST(IncludeArrows, TestMacrosAreForTests) {
    EXPECT_TRUE(check("base/a_test.cpp", "testing/test.hpp").empty());
    EXPECT_EQ(check("base/a.cpp", "testing/test.hpp").size(), 1U);
}

TEST(IncludeArrows, FindsCyclesOfLibraries) {
    const std::vector<File> files{
        {"libs/a/CMakeLists.txt", "tessera_library(libs_a DEPENDS libs_b)\n"},
        {"libs/b/CMakeLists.txt", "tessera_library(libs_b\n  SOURCES b.cpp\n  DEPENDS libs_c base)\n"},
        {"libs/c/CMakeLists.txt", "tessera_library(libs_c DEPENDS libs_a)\n"},
    };
    EXPECT_FALSE(check_includes(files, kArrows).empty());
}

} // namespace lint
