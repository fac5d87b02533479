/// What of the kernel inputs have executed.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "tests/fuzz/kernel/input.hpp"

namespace tests::fuzz {

/// A stretch of the kernel's code, from its first block on.
struct Block {
    u64 start;
    u64 bytes;
};

/// What one input was the first to execute in its session.
struct InputBlocks {
    usize input; ///< 0: none, but what goes on before the first and behind the last one
    std::vector<Block> blocks;
};

/// Reads what the plugin has written, of which the last line may be cut off.
std::vector<InputBlocks> parse_coverage(const std::string& text);

/// Over all sessions.
class Coverage {
  public:
    /// Whether something of `blocks` was not executed before. A block that begins in the middle of another, where an
    /// interrupt has struck, is nothing new.
    bool add(const std::vector<Block>& blocks);

    /// Blocks of which something was new.
    [[nodiscard]] usize blocks() const { return blocks_; }

    [[nodiscard]] usize bytes() const { return bytes_.size(); }

  private:
    bool add(Block block);

    usize blocks_ = 0;
    std::unordered_set<u64> bytes_;
};

} // namespace tests::fuzz
