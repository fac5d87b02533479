/// Proof that a check can fail: a seeded fault in a copy of the tree, and the failure that must follow.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tess/process/process.hpp"

namespace tess::gate {

struct Gate {
    std::string name;
    std::string budget;  ///< the line of the budget whose check it proves
    std::string file;    ///< where the fault goes, in the copy
    std::string replace; ///< the text it takes the place of; empty: the fault is added at the end
    std::string fault;   ///< the text of the fault
    std::string command; ///< for the shell, in the copy's root; must fail with the fault and pass without
    std::string expect;  ///< a regular expression that its failing output must match
    process::Seconds limit{180};
    bool passes_elsewhere = false; ///< another job shows that the command passes without the fault
    bool long_form = false;
};

/// Reads tests/gates/*.toml. An unknown key or a wrong type is an error with its line.
std::expected<std::vector<Gate>, std::string> parse_gates(std::string_view text, const std::string& file_name);

/// The text of a file with the fault in it, or what is wrong: the text to replace must occur exactly once.
std::expected<std::string, std::string> seed(const Gate& gate, const std::string& original);

/// Runs the command in `copy` without the fault and with it. `log` gets the output of both. Returns what is wrong, in
/// words; empty: the gate holds. The copy is as before afterwards.
std::string run_gate(const Gate& gate, const std::string& copy, const std::string& log);

/// Brings `copy` up to date with the files of the tree at `root` that git tracks or would track. Unchanged files keep
/// their times, so that what was built there stays built. Returns what is wrong; empty: nothing.
std::string update_copy(const std::string& root, const std::string& copy);

} // namespace tess::gate
