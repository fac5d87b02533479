/// From seeds to inputs that reach more and more of the kernel.
#pragma once

#include <expected>
#include <string>

#include "tests/fuzz/kernel/guide/session.hpp"

namespace tests::fuzz {

struct Goal {
    usize entries;      ///< that are submitted at least
    u64 seed;           ///< the same one, with the same builds, leads to the same inputs
    std::string folder; ///< for what is found
};

struct Reached {
    usize entries = 0;
    usize successes = 0;
    usize seed_blocks = 0; ///< what booting and the seeds alone execute
    usize blocks = 0;
    Corpus corpus = {};
};

/// Runs generations until the goal is reached, and tells of some. An error is in words, and what led there lies in the
/// folder: something was found, or changes of the seeds reach nothing more, as if nobody looked where they lead.
std::expected<Reached, std::string> run_guided(const Inputs& seeds, const Goal& goal);

/// Writes what a session that was not good had executed into `folder`, tries the last input alone, and says in words
/// what is wrong, and how to see it again.
std::string tell_of_failure(const Session& session, const Inputs& inputs, Execution execution,
                            const std::string& folder);

} // namespace tests::fuzz
