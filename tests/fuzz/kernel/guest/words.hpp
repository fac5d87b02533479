/// What a word of a payload becomes.
#pragma once

#include <array>

#include "tests/fuzz/kernel/guest/shadow.hpp"

namespace tests::fuzz {

/// What words can be made of.
struct Surroundings {
    Shadow& shadow;
    u64 now = 0;     ///< monotonic nanoseconds, as of the input's start
    u64 tag = 0;     ///< of the entry itself; those before it have lower ones
    u64 token = 0;   ///< the last reply token that came
    u64 answer = 0;  ///< the first word of the last answer
    u64 address = 0; ///< of a word that the fuzzer has
};

/// The low four bits of `code` say what kind of word it is, the others which of them. Each code has a meaning: small
/// numbers, pages, powers of two, halves, handles, tags, tokens, times, addresses, lengths with access, and anything.
u64 word_of(u16 code, const Surroundings& surroundings);

} // namespace tests::fuzz
