#include "tools/lint/joined_units.hpp"

#include <algorithm>
#include <format>
#include <regex>

#include "tools/lint/tree.hpp"

namespace lint {

namespace {

/// Enough that headers cost little, few enough that two workers end at about the same time.
constexpr std::size_t kMostTogether = 16;

/// A unit that still grows.
struct Growing {
    JoinedUnit unit;
    std::set<std::string> names;

    [[nodiscard]] bool has_room_for(const CompiledSource& source, const std::set<std::string>& its_names) const {
        const auto is_taken = [this](const std::string& name) { return names.contains(name); };
        return unit.members.size() < kMostTogether && unit.flags == source.flags &&
               std::ranges::none_of(its_names, is_taken);
    }
};

/// The name that a line without indentation declares; empty if it declares none.
std::string declared_name(const std::string& line) {
    // What is brought in may be brought in twice; what a template is stands in its next line.
    if ((line.starts_with("using ") && !line.contains('=')) || line.starts_with("template ")) {
        return {};
    }
    static const std::regex kType(R"(^(?:struct|class|enum class|using|concept) (\w+))");
    static const std::regex kOther(R"((\w+) ?[(=;{\[])");
    std::smatch found;
    if (std::regex_search(line, found, kType) || std::regex_search(line, found, kOther)) {
        return found[1];
    }
    return {};
}

} // namespace

std::string JoinedUnit::text() const {
    std::string result;
    for (const std::string& member : members) {
        result += std::format("#include \"{}\"\n", member);
    }
    return result;
}

std::set<std::string> own_names(std::string_view text) {
    std::set<std::string> names;
    std::string space;
    bool is_anonymous = false;
    for (const std::string& line : split_lines(text)) {
        if (line.starts_with("namespace {") || line == "} // namespace") {
            is_anonymous = line.starts_with("namespace");
        } else if (line.starts_with("namespace ") || line.starts_with("} // namespace ")) {
            space = line.starts_with("namespace") ? line.substr(10, line.find(" {") - 10) : "";
        } else if ((is_anonymous || space.empty()) && !line.empty() && !std::string_view(" }#/").contains(line[0])) {
            const std::string name = declared_name(line);
            names.insert(name.empty() ? "" : space + "::" + name);
        }
    }
    names.erase("");
    return names;
}

std::vector<JoinedUnit> join_units(const std::vector<CompiledSource>& sources) {
    std::vector<Growing> all;
    for (const CompiledSource& source : sources) {
        std::set<std::string> names = own_names(source.text);
        auto place = std::ranges::find_if(all, [&](const Growing& unit) { return unit.has_room_for(source, names); });
        if (place == all.end()) {
            place = all.insert(all.end(), {{{}, source.flags}, {}});
        }
        place->unit.members.push_back(source.path);
        place->names.merge(names);
    }
    std::vector<JoinedUnit> units;
    for (Growing& grown : all) {
        units.push_back(std::move(grown.unit));
    }
    return units;
}

} // namespace lint
