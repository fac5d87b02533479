#include <array>
#include <format>
#include <functional>

#include "tools/tess/scenario/scenario.hpp"
#include "tools/tess/toml/toml.hpp"

namespace tess::scenario {

namespace {

using Problem = std::string;

/// Takes one key of a case.
struct Key {
    std::string_view name;
    std::function<bool(const toml::node& value, Case& result)> take;
};

bool take_text(const toml::node& value, std::string& into) {
    const auto text = value.value<std::string>();
    into = text.value_or("");
    return text.has_value();
}

bool take_list(const toml::node& value, std::vector<std::string>& into) {
    const toml::array* list = value.as_array();
    if (list == nullptr) {
        return false;
    }
    into.clear(); // a case's own list takes the place of the defaults'
    for (const toml::node& each : *list) {
        if (!take_text(each, into.emplace_back())) {
            return false;
        }
    }
    return true;
}

bool take_status(const toml::node& value, int& status) {
    if (value.value<std::string>() == "running") {
        status = kStillRunning;
        return true;
    }
    status = static_cast<int>(value.value<std::int64_t>().value_or(-1));
    return status >= 0;
}

bool take_memory(const toml::node& value, std::string& memory) {
    const auto parsed = machine::parse_memory(value.value<std::string>().value_or(""));
    memory = parsed.value_or("");
    return parsed.has_value();
}

bool take_seconds(const toml::node& value, process::Seconds& seconds) {
    seconds = process::Seconds{value.value<double>().value_or(0)};
    return seconds.count() > 0;
}

bool take_emulator(const toml::node& value, machine::Emulator& emulator) {
    const std::string name = value.value<std::string>().value_or("");
    emulator = name == "bochs" ? machine::Emulator::Bochs : machine::Emulator::Qemu;
    return name == "bochs" || name == "qemu";
}

bool take_door(const toml::node& value, machine::Door& door) {
    const std::string name = value.value<std::string>().value_or("");
    door = name == "multiboot2" ? machine::Door::Multiboot2 : machine::Door::Pvh;
    return name == "multiboot2" || name == "pvh";
}

bool take_firmware(const toml::node& value, machine::Firmware& firmware) {
    const std::string name = value.value<std::string>().value_or("");
    firmware = name == "uefi" ? machine::Firmware::Uefi : machine::Firmware::Bios;
    return name == "uefi" || name == "bios";
}

bool take_threads(const toml::node& value, machine::Threads& threads) {
    const std::string name = value.value<std::string>().value_or("");
    threads = name == "each" ? machine::Threads::OfEachProcessor : machine::Threads::One;
    return name == "each" || name == "one";
}

bool take_cpus(const toml::node& value, int& cpus) {
    cpus = value.value<int>().value_or(0);
    return cpus >= 1 && cpus <= 512;
}

/// A command line may be given whole, or as a letter that fills so many bytes.
bool take_filler(const toml::node& value, std::string& line) {
    const auto count = value.value<std::int64_t>().value_or(-1);
    line.append(count > 0 ? static_cast<std::size_t>(count) : 0, 'a');
    return count > 0;
}

bool take_prompted(const toml::node& value, Prompted& prompted) {
    const toml::table* table = value.as_table();
    return table != nullptr && table->size() == 2 && table->contains("after") && table->contains("send") &&
           take_text(*table->get("after"), prompted.after) && take_text(*table->get("send"), prompted.send);
}

bool take_idle(const toml::node& value, IdleBound& idle) {
    const toml::table* table = value.as_table();
    if (table == nullptr || table->size() != 2 || !table->contains("seconds") || !table->contains("percent")) {
        return false;
    }
    idle.percent = table->get("percent")->value<double>().value_or(0);
    return take_seconds(*table->get("seconds"), idle.window) && idle.percent > 0;
}

const std::array kKeys{
    Key{"name", [](const toml::node& value, Case& result) { return take_text(value, result.name); }},
    Key{"budget", [](const toml::node& value, Case& result) { return take_text(value, result.budget); }},
    Key{"kernel", [](const toml::node& value, Case& result) { return take_text(value, result.kernel); }},
    Key{"program", [](const toml::node& value, Case& result) { return take_text(value, result.program); }},
    Key{"machine", [](const toml::node& value, Case& result) { return take_text(value, result.machine.type); }},
    Key{"memory", [](const toml::node& value, Case& result) { return take_memory(value, result.machine.memory); }},
    Key{"cpus", [](const toml::node& value, Case& result) { return take_cpus(value, result.machine.cpus); }},
    Key{"cpu", [](const toml::node& value, Case& result) { return take_text(value, result.machine.cpu); }},
    Key{"command_line",
        [](const toml::node& value, Case& result) { return take_text(value, result.machine.command_line); }},
    Key{"command_line_bytes",
        [](const toml::node& value, Case& result) { return take_filler(value, result.machine.command_line); }},
    Key{"bundle", [](const toml::node& value, Case& result) { return take_text(value, result.machine.bundle); }},
    Key{"system", [](const toml::node& value, Case& result) { return take_text(value, result.system); }},
    Key{"extra", [](const toml::node& value, Case& result) { return take_list(value, result.machine.extra); }},
    Key{"start", [](const toml::node& value, Case& result) { return take_list(value, result.start); }},
    Key{"threads", [](const toml::node& value, Case& result) { return take_threads(value, result.machine.threads); }},
    Key{"emulator",
        [](const toml::node& value, Case& result) { return take_emulator(value, result.machine.emulator); }},
    Key{"door", [](const toml::node& value, Case& result) { return take_door(value, result.machine.door); }},
    Key{"firmware",
        [](const toml::node& value, Case& result) { return take_firmware(value, result.machine.firmware); }},
    Key{"expect", [](const toml::node& value, Case& result) { return take_list(value, result.expect); }},
    Key{"any", [](const toml::node& value, Case& result) { return take_list(value, result.any); }},
    Key{"forbid", [](const toml::node& value, Case& result) { return take_list(value, result.forbid); }},
    Key{"status", [](const toml::node& value, Case& result) { return take_status(value, result.status); }},
    Key{"limit", [](const toml::node& value, Case& result) { return take_seconds(value, result.limit); }},
    Key{"long",
        [](const toml::node& value, Case& result) {
            result.long_form = value.value<bool>().value_or(false);
            return value.is_boolean();
        }},
    Key{"idle", [](const toml::node& value, Case& result) { return take_idle(value, result.idle); }},
    Key{"monitor", [](const toml::node& value, Case& result) { return take_prompted(value, result.monitor); }},
    Key{"typed", [](const toml::node& value, Case& result) { return take_prompted(value, result.typed); }},
};

Problem place_of(const std::string& file, const toml::node& node) {
    return std::format("{}:{}:{}", file, node.source().begin.line, node.source().begin.column);
}

/// Applies one key; what is wrong, or nothing.
Problem apply(const std::string& file, const toml::key& name, const toml::node& value, Case& result) {
    for (const Key& key : kKeys) {
        if (key.name == name.str()) {
            return key.take(value, result) ? ""
                                           : std::format("{}: '{}' has a wrong value", place_of(file, value), key.name);
        }
    }
    return std::format("{}: unknown key '{}'", place_of(file, value), name.str());
}

Problem fill(const std::string& file, const toml::table& table, Case& result) {
    for (const auto& [name, value] : table) {
        if (const Problem problem = apply(file, name, value, result); !problem.empty()) {
            return problem;
        }
    }
    return {};
}

} // namespace

std::expected<std::vector<Case>, std::string> parse_cases(std::string_view text, const std::string& file_name) {
    const toml::parse_result parsed = toml::parse(text, file_name);
    if (!parsed) {
        return std::unexpected(std::format("{}:{}: {}", file_name, parsed.error().source().begin.line,
                                           std::string_view(parsed.error().description())));
    }
    const std::size_t slash = file_name.find_last_of('/');
    const std::string stem = file_name.substr(slash + 1, file_name.find_last_of('.') - slash - 1);
    Case defaults;
    defaults.budget = "systems";
    std::vector<Case> cases;
    for (const auto& [name, value] : parsed.table()) {
        const bool is_defaults = name.str() == "defaults" && value.is_table();
        if (!is_defaults && !(name.str() == "case" && value.is_array_of_tables())) {
            return std::unexpected(std::format("{}: unknown key '{}'", place_of(file_name, value), name.str()));
        }
        if (const Problem problem = is_defaults ? fill(file_name, *value.as_table(), defaults) : ""; !problem.empty()) {
            return std::unexpected(problem);
        }
    }
    if (const toml::array* list = parsed.table()["case"].as_array(); list != nullptr) {
        for (const toml::node& node : *list) {
            Case& result = cases.emplace_back(defaults);
            if (const Problem problem = fill(file_name, *node.as_table(), result); !problem.empty()) {
                return std::unexpected(problem);
            }
            if (result.name.empty() || result.expect.empty()) {
                return std::unexpected(std::format("{}: a case needs 'name' and 'expect'", place_of(file_name, node)));
            }
            result.name = stem + "." + result.name;
        }
    }
    return cases;
}

} // namespace tess::scenario
