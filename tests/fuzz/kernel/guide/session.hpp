/// One boot of the machine that goes through inputs.
#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/kernel/guide/corpus.hpp"
#include "tests/fuzz/kernel/guide/coverage.hpp"

namespace tests::fuzz {

/// How it executes them.
enum class Execution {
    Guided, ///< one thread for all processors, time by instructions, the same each time; tells what was executed
    Racing, ///< a thread for each processor
};

struct Session {
    bool is_good = false;
    std::string problem = {}; ///< in words, if it is not good
    usize last_input = 0;     ///< from 1: that at which it ended; 0: nobody knows
    usize entries = 0;        ///< that were submitted, if it is good
    usize successes = 0;
    std::vector<InputBlocks> coverage = {};
    std::string console = {};
};

/// Boots the release kernel with the fuzzer and `inputs`. Whatever ends it but the fuzzer's own good end is no good
/// one. What it writes lies in `folder`, which is made.
Session run_session(const Inputs& inputs, Execution execution, const std::string& folder);

} // namespace tests::fuzz
