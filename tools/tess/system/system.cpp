#include "tools/tess/system/system.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <fstream>
#include <iterator>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "tools/tess/machine/machine.hpp"

namespace tess::system {

namespace {

std::string place_of(const std::string& file, const toml::node& node) {
    return std::format("{}:{}:{}", file, node.source().begin.line, node.source().begin.column);
}

bool take_machine(const toml::node& value, std::string& machine) {
    constexpr std::array<std::string_view, 4> kMachines{"any", "q35", "pc", "microvm"};
    machine = value.value<std::string>().value_or("");
    return std::ranges::contains(kMachines, machine);
}

bool take_cpus(const toml::node& value, int& cpus) {
    cpus = value.value<int>().value_or(0);
    return cpus >= 1 && cpus <= 512;
}

bool take_memory(const toml::node& value, std::string& memory) {
    const auto parsed = machine::parse_memory(value.value<std::string>().value_or(""));
    memory = parsed.value_or("");
    return parsed.has_value();
}

bool take_system_key(std::string_view key, const toml::node& value, System& system) {
    if (key == "name") {
        system.name = value.value<std::string>().value_or("");
        return !system.name.empty();
    }
    if (key == "machine") {
        return take_machine(value, system.machine);
    }
    if (key == "memory") {
        return take_memory(value, system.memory);
    }
    return key == "cpus" && take_cpus(value, system.cpus);
}

bool take_file(const toml::node& node, System& system) {
    const toml::table* table = node.as_table();
    if (table == nullptr || table->size() != 2) {
        return false;
    }
    BundledFile& file = system.files.emplace_back();
    file.from = (*table)["from"].value<std::string>().value_or("");
    file.to = (*table)["to"].value<std::string>().value_or("");
    return !file.from.empty() && !file.to.empty();
}

/// The first part of the description that is wrong; null: none.
const toml::node* find_mistake(const toml::table& root, System& system) {
    for (const auto& [name, value] : root) {
        if (name.str() == "system" && value.is_table()) {
            for (const auto& [key, inner] : *value.as_table()) {
                if (!take_system_key(key.str(), inner, system)) {
                    return &inner;
                }
            }
        } else if (name.str() == "files" && value.is_array()) {
            for (const toml::node& node : *value.as_array()) {
                if (!take_file(node, system)) {
                    return &node;
                }
            }
        } else {
            return &value;
        }
    }
    return nullptr;
}

} // namespace

std::expected<System, std::string> parse_system(std::string_view text, const std::string& file_name) {
    const toml::parse_result parsed = toml::parse(text, file_name);
    if (!parsed) {
        return std::unexpected(std::format("{}:{}:{}: {}", file_name, parsed.error().source().begin.line,
                                           parsed.error().source().begin.column,
                                           std::string_view(parsed.error().description())));
    }
    System system;
    if (const toml::node* mistake = find_mistake(parsed.table(), system); mistake != nullptr) {
        return std::unexpected(std::format("{}: unknown key or wrong value; a description has [system] name, machine, "
                                           "memory, cpus, and files = [{{ from, to }}]",
                                           place_of(file_name, *mistake)));
    }
    if (system.name.empty()) {
        return std::unexpected(std::format("{}: [system] needs a name", file_name));
    }
    return system;
}

std::expected<System, std::string> load(const std::string& name) {
    const std::string path = std::format("systems/{}.toml", name);
    std::ifstream file(path);
    if (!file.is_open()) {
        return std::unexpected(std::format("there is no system '{}': {} cannot be read", name, path));
    }
    return parse_system(std::string{std::istreambuf_iterator<char>(file), {}}, path);
}

} // namespace tess::system
