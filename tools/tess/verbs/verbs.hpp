/// What tess can do. Each verb takes the words behind its name and returns how tess ends.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "tools/tess/verbs/exit_status.hpp"
#include "tools/tess/verbs/options.hpp"

namespace tess {

using Words = std::vector<std::string>;

ExitStatus run_verb(const Words& arguments);
ExitStatus test_verb(const Words& arguments);
ExitStatus bench_verb(const Words& arguments);
ExitStatus build_verb(const Words& arguments);
ExitStatus check_verb(const Words& arguments);
ExitStatus plan_verb(const Words& arguments);
ExitStatus graph_verb(const Words& arguments);
ExitStatus completion_verb(const Words& arguments);
ExitStatus new_verb(const Words& arguments);
ExitStatus inspect_verb(const Words& arguments);
ExitStatus symbolize_verb(const Words& arguments);

/// Prints `problem` and `usage`, if it is not empty, to standard error; ExitStatus::Usage.
ExitStatus refuse(const std::string& problem, const std::string& usage);

/// `arguments` taken apart. Otherwise how the verb ends at once: --help was among them, and `usage` is printed, or they
/// are refused.
std::expected<Options, ExitStatus> read_options(const Words& arguments, const OptionSet& known,
                                                const std::string& usage);

/// The tree's root: the folder above that has CMakePresets.json, seen from the current folder. Empty: none.
std::string find_root();

/// The content of a file; empty with `found` false if it cannot be read.
std::string read_file(const std::string& path, bool& found);

} // namespace tess
