/// The blocks of code in a page of the documentation, beside the file that they are part of.
#pragma once

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <string_view>

namespace testing {

inline std::string contents(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// Without the spaces, which another indentation changes.
inline std::string squeezed(std::string_view text) {
    std::string kept(text);
    std::erase_if(kept, [](char letter) { return letter == ' ' || letter == '\n'; });
    return kept;
}

/// Expects each block of C++ in the file `page` to stand in the file `source`; how many there are.
inline int expect_blocks_of(const std::string& page, const std::string& source) {
    const std::string text = contents(page);
    const std::string code = squeezed(contents(source));
    constexpr std::string_view kOpening = "```cpp\n";
    int count = 0;
    for (std::size_t at = text.find(kOpening); at != std::string::npos; at = text.find(kOpening, at + 1)) {
        const std::size_t begin = at + kOpening.size();
        const std::string block = text.substr(begin, text.find("```", begin) - begin);
        EXPECT_TRUE(code.contains(squeezed(block))) << block;
        ++count;
    }
    return count;
}

} // namespace testing
