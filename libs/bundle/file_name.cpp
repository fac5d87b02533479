#include "libs/bundle/file_name.hpp"

#include <algorithm>

#include "libs/bundle/format.hpp"

namespace bundle {

namespace {

bool is_part(std::string_view part) { return !part.empty() && part != "." && part != ".."; }

bool is_control(char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f'; }

} // namespace

bool is_file_name(std::string_view name) {
    if (name.size() > kMaximumNameBytes || std::ranges::any_of(name, is_control)) {
        return false;
    }
    while (true) {
        const auto slash = name.find('/');
        if (!is_part(name.substr(0, slash))) {
            return false;
        }
        if (slash == std::string_view::npos) {
            return true;
        }
        name.remove_prefix(slash + 1);
    }
}

} // namespace bundle
