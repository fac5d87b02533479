#include <array>
#include <format>

#include "tools/tess/gate/gate.hpp"
#include "tools/tess/toml/toml.hpp"

namespace tess::gate {

namespace {

struct TextKey {
    std::string_view name;
    std::string Gate::* member;
};

constexpr std::array kTextKeys{
    TextKey{"name", &Gate::name},       TextKey{"budget", &Gate::budget}, TextKey{"file", &Gate::file},
    TextKey{"replace", &Gate::replace}, TextKey{"fault", &Gate::fault},   TextKey{"command", &Gate::command},
    TextKey{"expect", &Gate::expect},
};

bool take_key(std::string_view name, const toml::node& value, Gate& gate) {
    for (const TextKey& key : kTextKeys) {
        if (key.name == name) {
            gate.*key.member = value.value<std::string>().value_or("");
            return value.is_string();
        }
    }
    if (name == "limit") {
        gate.limit = process::Seconds{value.value<double>().value_or(0)};
        return gate.limit.count() > 0;
    }
    bool& flag = name == "long" ? gate.long_form : gate.passes_elsewhere;
    flag = value.value<bool>().value_or(false);
    return (name == "long" || name == "passes_elsewhere") && value.is_boolean();
}

std::string place_of(const std::string& file, const toml::node& node) {
    return std::format("{}:{}:{}", file, node.source().begin.line, node.source().begin.column);
}

std::expected<Gate, std::string> parse_gate(const toml::table& table, const std::string& file) {
    Gate gate;
    for (const auto& [key, value] : table) {
        if (!take_key(key.str(), value, gate)) {
            return std::unexpected(
                std::format("{}: unknown key or wrong value: '{}'", place_of(file, value), key.str()));
        }
    }
    if (gate.name.empty() || gate.budget.empty() || gate.file.empty() || gate.fault.empty() || gate.command.empty() ||
        gate.expect.empty()) {
        return std::unexpected(
            std::format("{}: a gate needs name, budget, file, fault, command and expect", place_of(file, table)));
    }
    gate.name = "gates." + gate.name;
    return gate;
}

} // namespace

std::expected<std::vector<Gate>, std::string> parse_gates(std::string_view text, const std::string& file_name) {
    const toml::parse_result parsed = toml::parse(text, file_name);
    if (!parsed) {
        return std::unexpected(std::format("{}:{}: {}", file_name, parsed.error().source().begin.line,
                                           std::string_view(parsed.error().description())));
    }
    const toml::array* list = parsed.table()["gate"].as_array();
    if (list == nullptr || !list->is_array_of_tables() || parsed.table().size() != 1) {
        return std::unexpected(std::format("{}: it holds [[gate]] tables and nothing else", file_name));
    }
    std::vector<Gate> gates;
    for (const toml::node& node : *list) {
        const auto gate = parse_gate(*node.as_table(), file_name);
        if (!gate) {
            return std::unexpected(gate.error());
        }
        gates.push_back(*gate);
    }
    return gates;
}

} // namespace tess::gate
