/// Random numbers that nobody can guess.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/types.hpp"

namespace entropy {

/// HMAC-DRBG with SHA-256, [sp800-90a] 10.1.2, by BearSSL. What was given cannot be told from what comes next, nor from
/// the generator's state later. Give it as much entropy as there is before the first number: without any, all
/// generators say the same. Not safe for concurrent use.
class Generator {
  public:
    Generator() = default;
    Generator(const Generator&) = delete;
    Generator& operator=(const Generator&) = delete;

    /// Mixes `seed` into what is there: bad entropy spoils nothing, and more may come at any time.
    void reseed(std::span<const std::byte> seed);

    /// Fills `bytes`.
    void fill(std::span<std::byte> bytes);

    base::u64 next();

    /// Uniform below `bound`, which is not 0.
    base::u64 below(base::u64 bound);

    /// Gives `child` a seed of its own: neither tells anything of the other.
    void fork(Generator& child);

  private:
    /// Of BearSSL's context, which its users need not see.
    static constexpr std::size_t kStateBytes = 144;

    alignas(8) std::array<std::byte, kStateBytes> state_{};
    bool is_seeded_ = false;
};

} // namespace entropy
