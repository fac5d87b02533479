/// How each file is compiled.
#pragma once

#include <optional>

#include "tools/lint/compile_commands.hpp"
#include "tools/lint/finding.hpp"
#include "tools/lint/tree.hpp"

namespace lint {

/// The flags of each world: what the kernel links is compiled as the kernel is, what only programs of Tessera link as
/// these are, the rest as the host's tests are.
struct Worlds {
    CompileCommands kernel;
    CompileCommands user;
    CompileCommands host;

    /// As CMake has them. Nothing, and a finding, if it has not.
    static std::optional<Worlds> read(Findings& findings);

    [[nodiscard]] const CompileCommands& of(const std::string& path) const;

    [[nodiscard]] bool has(const std::string& path) const {
        return kernel.has(path) || user.has(path) || host.has(path);
    }
};

/// Not ours to check, or not meant to compile.
bool is_foreign(const File& file);

} // namespace lint
