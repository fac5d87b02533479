/// Checks that run a compiler or another tool on each file; what passed is remembered by content.
#pragma once

#include <string>
#include <vector>

#include "tools/lint/finding.hpp"
#include "tools/lint/tree.hpp"

namespace lint {

/// Compiles every header alone, with the flags of the target it belongs to.
Findings check_headers(const std::vector<File>& files);

/// clang-tidy with the checks of .clang-tidy on every source but the tests.
Findings check_tidy(const std::vector<File>& files);

/// Every source as clang-format would lay it out.
Findings check_format(const std::vector<File>& files);

/// Every compile_fail/*.cpp is refused, for the reason in its first line: `// expect-error: regular expression`.
Findings check_compile_fail(const std::vector<File>& files);

/// Runs the programs of the preset host-asan, prints a row per folder, and judges it.
Findings check_coverage(const std::vector<File>& files);

/// Disassembles the kernels, which must be built.
Findings check_vector_instructions();

/// The diagnostics "path:line:column: error: text" of a compiler's output; `path` stands for what has no place.
Findings parse_diagnostics(const std::string& output, const std::string& path, const std::string& remedy);

} // namespace lint
