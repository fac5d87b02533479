/// The words behind a verb, taken apart.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

namespace tess {

/// What a verb understands.
struct OptionSet {
    std::vector<std::string> with_value;               ///< "--memory", ...: `--memory 1GiB` or `--memory=1GiB`
    std::vector<std::string> flags;                    ///< "--long", ...
    std::vector<std::string> with_optional_value = {}; ///< "--gdb" or `--gdb=1234`
};

struct Options {
    std::vector<std::string> words;            ///< what is no option, in order
    std::map<std::string, std::string> values; ///< by name; flags have an empty value

    [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }

    [[nodiscard]] std::string get(const std::string& name, const std::string& otherwise) const;
};

/// Takes `arguments` apart; an unknown option, or one without its value, is an error in words.
std::expected<Options, std::string> parse_options(const std::vector<std::string>& arguments, const OptionSet& known);

/// A whole number between the two bounds, or an error in words that names `what`.
std::expected<int, std::string> parse_count(const std::string& text, int least, int most, const std::string& what);

} // namespace tess
