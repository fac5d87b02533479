/// Random numbers that nobody can guess.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/types.hpp"

namespace entropy {

/// ChaCha20, [rfc8439] 2.4, whose key is the SHA-256 of all that was given. Numbers are drawn some at a time, and each
/// time the key is replaced; what is given is erased: so what was given cannot be told from the state later. Give it as
/// much entropy as there is before the first number: without any, all generators say the same. Not safe for concurrent
/// use.
class Generator {
  public:
    Generator() = default;
    Generator(const Generator&) = delete;
    Generator& operator=(const Generator&) = delete;

    /// Mixes `seed` into what is there: who knows only one of the two cannot tell what comes next. So bad entropy
    /// spoils nothing, and more may come at any time. What was drawn ahead is never given. Costs two blocks of SHA-256
    /// for a seed of up to 87 bytes.
    void reseed(std::span<const std::byte> seed);

    /// Instead of a first reseed(): a key that was drawn at random for this generator alone. A program that has nothing
    /// else to mix needs no hash.
    void begin(const std::array<base::u64, 4>& key) {
        key_ = key;
        is_seeded_ = true;
    }

    /// Not before the first reseed() or begin().
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
