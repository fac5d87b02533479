#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

#include "tools/lint/checks.hpp"

namespace lint {

namespace {

/// Saving and restoring the state of programs needs these, in kernel/arch.
constexpr std::array<std::string_view, 8> kStateSaving{"xsave",   "xrstor",  "fxsave", "fxrstor",
                                                       "ldmxcsr", "stmxcsr", "fldcw",  "fnstcw"};
/// Begin with v, and belong to virtualization or segments.
constexpr std::array<std::string_view, 3> kNoVector{"verr", "verw", "vm"};
/// Registers of MMX, SSE, AVX and x87 as operands.
constexpr std::array<std::string_view, 5> kRegisters{"%xmm", "%ymm", "%zmm", "%mm", "%st"};

bool starts_with_any(std::string_view text, auto&& prefixes) {
    return std::ranges::any_of(prefixes, [text](std::string_view prefix) { return text.starts_with(prefix); });
}

bool uses_vector_registers(std::string_view operands) {
    return std::ranges::any_of(kRegisters, [operands](std::string_view name) { return operands.contains(name); });
}

/// Without operands that name a register: x87, AVX and the ends of MMX.
bool is_vector_mnemonic(std::string_view name) {
    return name.starts_with('f') || name == "emms" || name == "femms" ||
           (name.starts_with('v') && !starts_with_any(name, kNoVector));
}

/// A listing's line is "address: mnemonic operands"; anything else is no instruction.
bool parse(std::string_view line, Instruction& instruction) {
    const std::string_view text = trim(line);
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 ||
        !std::ranges::all_of(text.substr(0, colon), [](unsigned char c) { return std::isxdigit(c) != 0; })) {
        return false;
    }
    instruction = {std::string(text.substr(0, colon)), std::string(trim(text.substr(colon + 1)))};
    return !instruction.text.empty();
}

} // namespace

VectorInstructions find_vector_instructions(std::string_view listing) {
    VectorInstructions found;
    Instruction instruction;
    for (const std::string& line : split_lines(listing)) {
        if (!parse(line, instruction)) {
            continue;
        }
        ++found.seen;
        const std::string_view text = instruction.text;
        const std::size_t end = text.find_first_of(" \t");
        const std::string_view name = text.substr(0, end);
        const std::string_view operands = end == std::string_view::npos ? std::string_view{} : text.substr(end);
        if (starts_with_any(name, kStateSaving)) {
            found.state_saving.push_back(instruction);
        } else if (is_vector_mnemonic(name) || uses_vector_registers(operands)) {
            found.forbidden.push_back(instruction);
        }
    }
    return found;
}

std::vector<std::string> find_soft_float(std::string_view listing) {
    static const std::regex kPattern(
        "__(add|sub|mul|div|neg|cmp|eq|ne|lt|le|gt|ge|unord|extend|trunc|fix|fixuns|float|floatun|powi)"
        "[a-z]*[hsdxt]f[a-z0-9]*");
    std::vector<std::string> found;
    for (const std::string& line : split_lines(listing)) {
        const std::vector<std::string> words = split_words(line);
        if (!words.empty() && std::regex_match(words.back(), kPattern)) {
            found.push_back(words.back());
        }
    }
    return found;
}

} // namespace lint
