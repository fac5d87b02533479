#include "tests/fuzz/kernel/guide/coverage.hpp"

#include <sstream>

namespace tests::fuzz {

namespace {

std::vector<Block> parse_blocks(std::istringstream& words) {
    std::vector<Block> blocks;
    constexpr int kHexadecimal = 16;
    for (std::string word; words >> word;) {
        const auto plus = word.find('+');
        if (plus != std::string::npos && plus + 1 < word.size()) {
            blocks.push_back({std::stoull(word.substr(0, plus), nullptr, kHexadecimal),
                              std::stoull(word.substr(plus + 1), nullptr, kHexadecimal)});
        }
    }
    return blocks;
}

} // namespace

std::vector<InputBlocks> parse_coverage(const std::string& text) {
    std::vector<InputBlocks> result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        if (usize input = 0; words >> input) {
            result.push_back({input, parse_blocks(words)});
        }
    }
    return result;
}

bool Coverage::add(const std::vector<Block>& blocks) {
    bool is_new = false;
    for (const Block block : blocks) {
        is_new = add(block) || is_new;
    }
    return is_new;
}

bool Coverage::add(Block block) {
    bool is_new = false;
    for (u64 byte = block.start; byte < block.start + block.bytes; ++byte) {
        is_new = bytes_.insert(byte).second || is_new;
    }
    blocks_ += is_new ? 1 : 0;
    return is_new;
}

} // namespace tests::fuzz
