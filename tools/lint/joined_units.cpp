#include "tools/lint/joined_units.hpp"

#include <algorithm>
#include <filesystem>
#include <format>
#include <regex>

#include "tools/lint/source_text.hpp"
#include "tools/lint/tree.hpp"

namespace lint {

namespace {

/// Enough that headers cost little, few enough that two workers end at about the same time.
constexpr std::size_t kMostTogether = 12;

/// A unit that still grows.
struct Growing {
    std::string folder;
    JoinedUnit unit;
    std::set<std::string> names;

    [[nodiscard]] bool has_room_for(const CompiledSource& source, const std::set<std::string>& its_names) const {
        const auto is_taken = [this](const std::string& name) { return names.contains(name); };
        return unit.members.size() < kMostTogether && folder == std::filesystem::path(source.path).parent_path() &&
               unit.flags == source.flags && std::ranges::none_of(its_names, is_taken);
    }
};

/// The name that a line without indentation declares; empty if it declares none.
std::string declared_name(const std::string& line) {
    static const std::regex kType(R"(^(?:struct|class|enum class|using|concept) (\w+))");
    static const std::regex kFunction(R"((\w+)\()");
    static const std::regex kVariable(R"((\w+) ?[=;{\[])");
    std::smatch found;
    for (const std::regex* kind : {&kType, &kFunction, &kVariable}) {
        if (std::regex_search(line, found, *kind)) {
            return found[1];
        }
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
    bool is_own = false;
    for (const std::string& line : split_lines(separate(text).code)) {
        if (line.starts_with("namespace {")) {
            is_own = true;
        } else if (line.starts_with("} ") || line.starts_with("namespace ")) {
            is_own = false;
        } else if (is_own && !line.empty() && !std::string_view(" }#").contains(line[0])) {
            names.insert(declared_name(line));
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
            place = all.insert(all.end(), {std::filesystem::path(source.path).parent_path(), {{}, source.flags}, {}});
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
