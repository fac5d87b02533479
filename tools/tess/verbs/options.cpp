#include "tools/tess/verbs/options.hpp"

#include <algorithm>
#include <charconv>
#include <format>
#include <string_view>

namespace tess {

std::string Options::get(const std::string& name, const std::string& otherwise) const {
    const auto at = values.find(name);
    return at == values.end() ? otherwise : at->second;
}

std::expected<Options, std::string> parse_options(const std::vector<std::string>& arguments, const OptionSet& known) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (!word.starts_with('-')) {
            options.words.push_back(word);
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const bool has_value = equals != std::string::npos;
        if (std::ranges::contains(known.with_optional_value, name)) {
            options.values[name] = has_value ? word.substr(equals + 1) : "";
        } else if (std::ranges::contains(known.flags, name) && !has_value) {
            options.values[name] = "";
        } else if (!std::ranges::contains(known.with_value, name)) {
            return std::unexpected(std::format("unknown option '{}'", word));
        } else if (has_value) {
            options.values[name] = word.substr(equals + 1);
        } else if (i + 1 < arguments.size()) {
            options.values[name] = arguments[++i];
        } else {
            return std::unexpected(std::format("option '{}' needs a value", name));
        }
    }
    return options;
}

std::expected<int, std::string> parse_count(const std::string& text, int least, int most, const std::string& what) {
    int value = 0;
    const std::string_view digits = text;
    const auto [stopped, problem] = std::from_chars(digits.begin(), digits.end(), value);
    if (problem != std::errc{} || stopped != digits.end() || value < least || value > most) {
        return std::unexpected(std::format("'{}' is no {}: a number from {} to {}", text, what, least, most));
    }
    return value;
}

} // namespace tess
