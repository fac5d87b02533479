#include <filesystem>
#include <format>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tools/tess/process/process.hpp"
#include "tools/tess/report/report.hpp"

namespace tess::report {

namespace {

namespace files = std::filesystem;

/// [elf] the note that the linker makes: sizes of name and hash, type 3, name, hash.
std::string note_of(const std::string& build_id) {
    std::string note("\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0", 16);
    for (std::size_t i = 0; i + 1 < build_id.size(); i += 2) {
        note += static_cast<char>(std::stoi(build_id.substr(i, 2), nullptr, 16));
    }
    return note;
}

bool is_hash(const std::string& build_id) {
    return build_id.size() == 40 && build_id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The unstripped file with this build id; empty if there is none.
std::string find_image(const std::string& folder, const std::string& build_id) {
    if (!is_hash(build_id)) {
        return {};
    }
    const std::string note = note_of(build_id);
    std::error_code problem;
    for (files::recursive_directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
        if (!at->path().string().ends_with(".debug.elf")) {
            continue;
        }
        std::ifstream file(at->path(), std::ios::binary);
        const std::string content{std::istreambuf_iterator<char>(file), {}};
        if (content.contains(note)) {
            return at->path().string();
        }
    }
    return {};
}

/// Without what only the build knows: link time optimisation's suffix of a name, the way up from the build folder.
std::string shortened_function(const std::string& name) { return name.substr(0, name.find(" (.llvm.")); }

std::string shortened_place(std::string_view place) {
    while (place.starts_with("./") || place.starts_with("../")) {
        place.remove_prefix(place.find('/') + 1);
    }
    return std::string(place);
}

/// clang names an inlined frame after the message of a failed check of the library: "__clang_trap_msg$WHO$MESSAGE".
constexpr std::string_view kTrapMessage = "__clang_trap_msg$";

/// One group of "function\nfile:line:column" pairs, up to its blank line, as lines for people.
std::string describe(std::istream& output) {
    std::string text;
    std::string function;
    std::string place;
    while (std::getline(output, function) && !function.empty()) {
        if (function.starts_with(kTrapMessage)) {
            std::getline(output, place); // the message ends in a line end of its own
            function = function.substr(function.find('$', kTrapMessage.size()) + 1);
        }
        if (std::getline(output, place) && function != "??") {
            text += (text.empty() ? "" : "\n") +
                    std::format("       {} at {}", shortened_function(function), shortened_place(place));
        }
    }
    return text;
}

} // namespace

Symbolizer make_symbolizer(const std::string& folder) {
    return [folder](const Image& image, const std::vector<FrameLine>& frames) -> std::vector<std::string> {
        const std::string file = find_image(folder, image.build_id);
        if (file.empty()) {
            return {};
        }
        process::Command command{.arguments = {"llvm-symbolizer-19", "--obj=" + file}};
        for (const FrameLine& frame : frames) {
            command.arguments.push_back(std::format("{:#x}", frame.address - image.slide - (frame.is_exact ? 0 : 1)));
        }
        std::istringstream output(process::capture(command, process::Seconds{20}).output);
        std::vector<std::string> meanings;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            meanings.push_back(describe(output));
        }
        return meanings;
    };
}

} // namespace tess::report
