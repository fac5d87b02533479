#include "tools/tess/system/system.hpp"

#include <array>
#include <filesystem>
#include <format>
#include <fstream>
#include <iterator>

#include "tools/tess/machine/machine.hpp"
#include "tools/tess/system/read_tables.hpp"

namespace tess::system {

namespace {

void take_machine(const Field& field, System& system) {
    constexpr std::array<std::string_view, 4> kMachines{"any", "q35", "pc", "microvm"};
    std::size_t place = 0;
    field.take_choice(place, kMachines);
    system.machine = kMachines.at(place);
}

void take_memory(const Field& field, System& system) {
    std::string text;
    field.take(text);
    if (const auto parsed = machine::parse_memory(text)) {
        system.memory = *parsed;
        system.memory_bytes = parse_size(*parsed + "iB").value_or(0);
    } else {
        field.refuse(parsed.error(), "write a whole number and MiB or GiB");
    }
}

void take_log(const Field& field, System& system) {
    constexpr std::array<std::string_view, ::plan::kLogLevels> kLevels{"error", "warning", "info", "debug"};
    field.take_choice(system.log, kLevels);
}

/// It names files below out/systems, and parts of the monitor's commands.
void take_name(const Field& field, System& system) {
    field.take(system.name);
    if (system.name.empty() || system.name.contains('/')) {
        field.refuse(std::format("'{}' is no name for a system", system.name), "write one without slashes");
    }
}

constexpr std::array<Key<System>, 8> kSystemKeys{{
    {"name", take_name, true},
    {"machine", take_machine},
    {"memory", take_memory},
    {"cpus", [](const Field& field, System& system) { field.take_number(system.cpus, 1, 512); }},
    {"bundle_limit", [](const Field& field, System& system) { field.take_size(system.bundle_limit); }},
    {"include", [](const Field& field, System& system) { field.take(system.include); }},
    {"log", take_log},
    {"reserve", [](const Field& field, System& system) { field.take_size(system.reserve); }},
}};

void read_components(const Field& field, System& system) {
    field.for_each_name([&system](const std::string& name, const Field& component) {
        if (name == "kernel" || name == "init") {
            component.refuse(std::format("a component cannot be named '{}'", name),
                             "rename it: uses of the kernel's objects are from 'kernel', of the first program's offers "
                             "from 'init'");
        } else if (system.components.contains(name)) {
            component.refuse(std::format("component '{}' stands in {} already", name,
                                         system.places.text(system.places.of("component." + name))),
                             "rename one of them");
        } else {
            read_component(component, system.components[name]);
        }
    });
}

constexpr std::array<Key<System>, 4> kKeys{{
    {"system", [](const Field& field, System& system) { field.take_table<System>(system, kSystemKeys); }, true},
    {"component", read_components},
    {"files", [](const Field& field, System& system) { read_files(field, system.files); }},
    {"expect", [](const Field& field, System& system) { read_expectations(field, system.expect); }},
}};

/// Those that an included file may have.
constexpr std::span<const Key<System>> kIncludedKeys = std::span(kKeys).subspan(1, 2);

void add_mistake(Reading& reading, Place place, std::string problem, std::string remedy) {
    reading.findings.push_back({place, Severity::Error, "", std::move(problem), std::move(remedy)});
}

void read_text(std::string_view text, const std::string& file, std::span<const Key<System>> keys, System& system,
               Reading& reading) {
    system.places.begin_file(file);
    const base::u32 number = system.places.current_file();
    if (text.size() > kMaximumBytes) {
        add_mistake(reading, {number}, "a description of more than 1 MiB",
                    "split it with 'include', or make it shorter");
        return;
    }
    const toml::parse_result parsed = toml::parse(text, file);
    if (!parsed) {
        const auto& begin = parsed.error().source().begin;
        add_mistake(reading, {number, begin.line, begin.column}, std::string(parsed.error().description()),
                    "descriptions are TOML 1.0 in UTF-8, with each key once");
        return;
    }
    Field(parsed.table(), "", reading).take_table<System>(system, keys);
}

std::optional<std::string> read_file(const std::string& path) {
    std::error_code problem;
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open() || std::filesystem::is_directory(path, problem)) {
        return std::nullopt;
    }
    std::string text(kMaximumBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

void read_included(System& system, Reading& reading) {
    const auto paths = system.include;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const auto text = read_file(paths[i]);
        if (text) {
            read_text(*text, paths[i], kIncludedKeys, system, reading);
        } else {
            add_mistake(reading, system.places.of(std::format("system.include.{}", i)),
                        std::format("'{}' cannot be read", paths[i]), "paths are relative to the tree's root");
        }
    }
}

std::string path_of(const std::string& name) { return std::format("systems/{}.toml", name); }

} // namespace

std::expected<System, std::string> parse_system(std::string_view text, const std::string& file_name) {
    System system;
    Reading reading{system.places, {}};
    read_text(text, file_name, kKeys, system, reading);
    read_included(system, reading);
    if (!reading.findings.empty()) {
        return std::unexpected(text_of(reading.findings, system.places));
    }
    return system;
}

bool exists(const std::string& name) {
    std::error_code problem;
    return std::filesystem::is_regular_file(path_of(name), problem);
}

std::expected<System, std::string> load(const std::string& name) {
    const auto text = read_file(path_of(name));
    if (!text) {
        return std::unexpected(std::format("there is no system '{}': {} cannot be read", name, path_of(name)));
    }
    return parse_system(*text, path_of(name));
}

} // namespace tess::system
