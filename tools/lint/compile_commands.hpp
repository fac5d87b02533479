/// How CMake compiles each file: compile_commands.json, of which CMake writes one field to a line.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lint {

/// The commands of one preset, by path relative to the root.
class CompileCommands {
  public:
    /// `text` is the file's content; paths below `root` become relative.
    static CompileCommands parse(std::string_view text, const std::string& root);
    /// Reads those of `preset`, which is configured first if it was not.
    static std::expected<CompileCommands, std::string> of_preset(const std::string& preset);

    [[nodiscard]] bool has(const std::string& path) const { return commands_.contains(path); }

    /// The flags, without compiler launcher, file and output, of `path` or of the source nearest to it: the same
    /// folder, else one below it, else the first above that has one, else any.
    [[nodiscard]] std::vector<std::string> flags_for(const std::string& path) const;

    [[nodiscard]] std::vector<std::string> paths() const;

  private:
    std::map<std::string, std::string> commands_;
};

} // namespace lint
