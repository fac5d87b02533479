/// The checks of the tree. Each returns what it found; an empty list means that all is well.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/lint/finding.hpp"
#include "tools/lint/tree.hpp"

namespace lint {

/// Every #include against `arrows` (tests/lint/arrows.txt), and the libraries' DEPENDS for cycles.
Findings check_includes(const std::vector<File>& files, std::string_view arrows);

/// Files with raw memory, assembly or volatile against `allowed` (tests/lint/raw_buffer_files.txt): both ways.
Findings check_raw_buffers(const std::vector<File>& files, std::string_view allowed);

/// File names, forbidden words, conditionals, banners.
Findings check_names(const std::vector<File>& files);

/// Lengths of scripts, files and functions.
Findings check_sizes(const std::vector<File>& files);

/// A README in every folder with sources, at most a screen; links between pages lead somewhere.
Findings check_readmes(const std::vector<File>& files);

/// The listing of `llvm-objdump --disassemble` for vector and x87 instructions. `is_exempt` tells, for the address of
/// an instruction that saves or restores such state, whether it stands where that is allowed.
struct Instruction {
    std::string address; ///< hexadecimal, without 0x
    std::string text;
};

struct VectorInstructions {
    std::vector<Instruction> forbidden;
    std::vector<Instruction> state_saving; ///< xsave, xrstor and their kin
    std::size_t seen = 0;                  ///< instructions in all
};

VectorInstructions find_vector_instructions(std::string_view listing);
/// Symbols of a `llvm-nm` listing that compute with floating point in software.
std::vector<std::string> find_soft_float(std::string_view listing);

/// One row of coverage.
struct FolderCoverage {
    std::string folder; ///< "base", "libs/boot"
    int lines = 0;
    int covered = 0;
};

/// Sums an lcov summary ("SF:", "LF:", "LH:") per folder of base/ and libs/, without the tests themselves. Sources of
/// `files` that no test program contains count as a finding.
std::vector<FolderCoverage> sum_coverage(std::string_view lcov, const std::string& root);
Findings judge_coverage(const std::vector<FolderCoverage>& rows, std::string_view lcov, const std::vector<File>& files,
                        const std::string& root);

} // namespace lint
