/// Random numbers that nobody can guess, many for little.
#pragma once

#include <array>
#include <cstddef>

#include "base/types.hpp"
#include "libs/entropy/generator.hpp"

namespace entropy {

/// ChaCha20, [rfc8439] 2.4, with a key from a Generator. Numbers are drawn some at a time, and each time the key is
/// replaced; what is given is erased: so what was given cannot be told from the state later. A number costs a hundredth
/// of one of a Generator, where most is that its state moves on. Not safe for concurrent use.
class Stream {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Goes on from what `generator` gives. What was drawn ahead is never given. Before the first number.
    void seed(Generator& generator);

    base::u64 next();

    /// Uniform below `bound`, which is not 0.
    base::u64 below(base::u64 bound);

  private:
    static constexpr std::size_t kKeyWords = 4;
    /// Three blocks of ChaCha20.
    static constexpr std::size_t kNumbers = 24;

    void draw();

    std::array<base::u64, kKeyWords> key_{};
    std::array<base::u64, kNumbers> numbers_{}; ///< the first `left_` are yet to be given, the others zeros
    std::size_t left_ = 0;
    bool is_seeded_ = false;
};

} // namespace entropy
