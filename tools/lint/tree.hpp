/// The files of the tree: what git tracks or would track.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lint {

/// One file. Paths are relative to the root, which is the current folder.
struct File {
    std::string path;
    std::string text;

    [[nodiscard]] bool has_extension(std::string_view extension) const { return path.ends_with(extension); }

    /// C++ that we wrote: neither assembly nor the stand-ins for another library's headers.
    [[nodiscard]] bool is_cpp() const;

    [[nodiscard]] bool is_header() const { return has_extension(".hpp"); }

    [[nodiscard]] bool is_test() const;
};

/// Reads every text file that git tracks or does not ignore, sorted by path. Empty if this is no git tree.
std::vector<File> read_tree();

/// The whole content of a file; empty if it cannot be read.
std::string read_text(const std::string& path);

/// Replaces a file at once: a reader sees the old or the new content. Creates its folders.
bool write_text(const std::string& path, std::string_view text);

std::vector<std::string> split_lines(std::string_view text);
/// The words between blanks.
std::vector<std::string> split_words(std::string_view text);
std::string_view trim(std::string_view text);

/// "a/b/c.hpp" -> "a/b"; "" for a file of the root.
std::string folder_of(std::string_view path);
/// "a/b/c.hpp" -> "c.hpp".
std::string name_of(std::string_view path);
/// "a/b/c.hpp" -> "a".
std::string top_of(std::string_view path);

} // namespace lint
