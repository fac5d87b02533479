#include <filesystem>
#include <format>
#include <fstream>
#include <print>

#include "tools/tess/verbs/new_component.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess new component NAME
  makes a service NAME and a client, with their tests and their system, from apps/_template)";
constexpr const char* kList = "apps/CMakeLists.txt";

/// Whether all of it was written.
bool write_file(const NewFile& file, std::ios::openmode how) {
    std::error_code problem;
    std::filesystem::create_directories(std::filesystem::path(file.path).parent_path(), problem);
    std::ofstream out(file.path, std::ios::binary | how);
    out << file.text << std::flush;
    return out.good();
}

/// The path that could not be written; those before it are gone again. Empty: all were.
std::string write_all(const std::vector<NewFile>& files, const std::string& name) {
    std::string failed;
    for (const NewFile& file : files) {
        if (failed.empty() && !write_file(file, std::ios::trunc)) {
            failed = file.path;
        }
    }
    if (failed.empty() && !write_file({kList, std::format("add_subdirectory({})\n", name)}, std::ios::app)) {
        failed = kList;
    }
    if (!failed.empty()) {
        std::error_code problem;
        for (const NewFile& file : files) {
            std::filesystem::remove(file.path, problem);
        }
        std::filesystem::remove("apps/" + name, problem);
    }
    return failed;
}

} // namespace

ExitStatus new_verb(const Words& arguments) {
    const auto options = read_options(arguments, {.with_value = {}, .flags = {"--help"}}, kUsage);
    if (!options) {
        return options.error();
    }
    if (options->words.size() != 2 || options->words[0] != "component") {
        return refuse("what is new, and its name", kUsage);
    }
    const std::string& name = options->words[1];
    if (const std::string problem = problem_of_name(name); !problem.empty()) {
        return refuse(problem, kUsage);
    }
    const auto files = make_component(name);
    if (!files) {
        std::println(stderr, "error: {}", files.error());
        return ExitStatus::Failed;
    }
    if (const std::string failed = write_all(*files, name); !failed.empty()) {
        std::println(stderr, "error: {} cannot be written; nothing is new", failed);
        return ExitStatus::Failed;
    }
    for (const NewFile& file : *files) {
        std::println("{}", file.path);
    }
    std::println(
        "{0}: a line for it\n\n./test {1}      builds all programs and boots the system\ntess run {1}    boots it here",
        kList, name);
    return ExitStatus::Good;
}

} // namespace tess
