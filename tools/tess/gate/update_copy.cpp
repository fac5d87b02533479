#include <filesystem>
#include <format>
#include <set>
#include <sstream>

#include "tools/tess/gate/gate.hpp"

namespace tess::gate {

namespace {

namespace files = std::filesystem;

/// Copies a file unless the copy is as new; links stay links.
std::string update_file(const files::path& from, const files::path& to) {
    std::error_code problem;
    files::create_directories(to.parent_path(), problem);
    if (files::is_symlink(from, problem)) {
        files::remove(to, problem);
        files::copy_symlink(from, to, problem);
    } else {
        files::copy_file(from, to, files::copy_options::update_existing, problem);
    }
    return problem ? std::format("cannot copy {}: {}", from.string(), problem.message()) : "";
}

/// What the copy has and the tree no longer does; its builds stay.
void remove_others(const std::string& copy, const std::set<std::string>& wanted) {
    std::error_code problem;
    std::vector<files::path> others;
    for (files::recursive_directory_iterator at(copy, problem), end; !problem && at != end; at.increment(problem)) {
        const std::string name = files::relative(at->path(), copy, problem).string();
        if (name == "out" || name == ".git") {
            at.disable_recursion_pending();
        } else if (!at->is_directory(problem) && !wanted.contains(name)) {
            others.push_back(at->path());
        }
    }
    for (const files::path& other : others) {
        files::remove(other, problem);
    }
}

} // namespace

std::string update_copy(const std::string& root, const std::string& copy) {
    const process::Captured listed =
        process::capture({.arguments = {"git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard"}},
                         process::Seconds{30});
    if (listed.outcome.status != 0) {
        return "git does not list the tree's files";
    }
    std::set<std::string> names;
    std::istringstream lines(listed.output);
    std::error_code problem;
    for (std::string name; std::getline(lines, name);) {
        if (!files::exists(files::symlink_status(root + "/" + name, problem))) {
            continue; // deleted, and not yet committed so
        }
        names.insert(name);
        if (const std::string wrong = update_file(root + "/" + name, copy + "/" + name); !wrong.empty()) {
            return wrong;
        }
    }
    remove_others(copy, names);
    files::create_directories(copy + "/out", problem); // where the commands leave what they make
    if (!files::exists(copy + "/.git", problem)) {
        process::capture({.arguments = {"git", "init", "-q", copy}}, process::Seconds{30});
    }
    process::capture({.arguments = {"git", "-C", copy, "add", "-A"}}, process::Seconds{30});
    return {};
}

} // namespace tess::gate
