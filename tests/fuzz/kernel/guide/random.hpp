/// Numbers that are the same for the same seed.
#pragma once

#include "base/types.hpp"

namespace tests::fuzz {

class Random {
  public:
    explicit Random(base::u64 seed) : state_(seed) {}

    /// [steele2014] SplitMix64.
    base::u64 next() {
        state_ += 0x9e37'79b9'7f4a'7c15;
        base::u64 word = state_;
        word = (word ^ word >> 30) * 0xbf58'476d'1ce4'e5b9;
        word = (word ^ word >> 27) * 0x94d0'49bb'1331'11eb;
        return word ^ word >> 31;
    }

    /// Less than `limit`, which is not 0.
    base::usize below(base::usize limit) { return next() % limit; }

  private:
    base::u64 state_;
};

} // namespace tests::fuzz
