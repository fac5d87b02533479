/// C++ source without a compiler: enough to tell code from comments and literals.
#pragma once

#include <string>
#include <string_view>

namespace lint {

/// The same text, of the same length and with the same lines, twice.
struct SourceText {
    std::string code;     ///< comments, and what stands inside of literals, are blanks
    std::string comments; ///< everything but comments is blanks
};

SourceText separate(std::string_view text);

/// Whether `word` stands in `line` on its own, not as a part of a longer name.
bool has_word(std::string_view line, std::string_view word);

} // namespace lint
