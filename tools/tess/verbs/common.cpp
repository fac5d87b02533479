#include <filesystem>
#include <fstream>
#include <iterator>
#include <print>

#include "tools/tess/verbs/verbs.hpp"

namespace tess {

ExitStatus refuse(const std::string& problem, const std::string& usage) {
    std::println(stderr, "error: {}{}{}", problem, usage.empty() ? "" : "\n", usage);
    return ExitStatus::Usage;
}

std::expected<Options, ExitStatus> read_options(const Words& arguments, const OptionSet& known,
                                                const std::string& usage) {
    auto options = parse_options(arguments, known);
    if (!options) {
        return std::unexpected(refuse(options.error(), usage));
    }
    if (options->has("--help")) {
        std::println("{}", usage);
        return std::unexpected(ExitStatus::Good);
    }
    return *std::move(options);
}

std::string find_root() {
    std::error_code problem;
    for (auto folder = std::filesystem::current_path(problem); !folder.empty(); folder = folder.parent_path()) {
        if (std::filesystem::exists(folder / "CMakePresets.json", problem)) {
            return folder.string();
        }
        if (folder == folder.parent_path()) {
            break;
        }
    }
    return {};
}

std::string read_file(const std::string& path, bool& found) {
    std::ifstream file(path, std::ios::binary);
    found = file.is_open();
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace tess
