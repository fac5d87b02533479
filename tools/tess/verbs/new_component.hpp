/// A new component, from the one in apps/_template.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace tess {

/// A file that is to be.
struct NewFile {
    std::string path;
    std::string text;
};

/// What speaks against the name of a component, which becomes that of a folder, a namespace, a protocol and a system;
/// empty if nothing does.
std::string problem_of_name(std::string_view name);

/// Every file of a component `name`: its folder below apps/, its system, its case under tests/system. Nothing is
/// written. In words if something of that name exists, or the template is not to be read.
std::expected<std::vector<NewFile>, std::string> make_component(const std::string& name);

} // namespace tess
