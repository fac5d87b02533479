#include "tools/lint/worlds.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace lint {

namespace {

constexpr std::array<std::string_view, 4> kOfKernel{"abi", "base", "libs", "kernel"};

/// What stands in for the rest of the kernel in tests of the host: threads, mappings, sanitizers may be in it.
bool is_of_tests(const std::string& path) {
    return path.starts_with("base/host/") || std::string_view(path).substr(path.rfind('/') + 1).starts_with("fake_");
}

} // namespace

std::optional<Worlds> Worlds::read(Findings& findings) {
    auto kernel = CompileCommands::of_preset("kernel-release");
    auto user = CompileCommands::of_preset("user-release");
    auto host = CompileCommands::of_preset("host-asan");
    for (const auto* commands : {&kernel, &user, &host}) {
        if (!*commands) {
            findings.push_back({"CMakePresets.json", 0, commands->error(), "see the output of cmake"});
            return std::nullopt;
        }
    }
    return Worlds{std::move(*kernel), std::move(*user), std::move(*host)};
}

const CompileCommands& Worlds::of(const std::string& path) const {
    if (user.has(path) && !kernel.has(path) && !host.has(path)) {
        return user;
    }
    const std::string top = top_of(path);
    return std::ranges::contains(kOfKernel, top) && !is_of_tests(path) ? kernel : host;
}

bool is_foreign(const File& file) { return file.path.starts_with("cmake/") || file.path.contains("/compile_fail/"); }

} // namespace lint
