/// SHA-256, [fips-180-4].
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace digest {

using Sha256 = std::array<std::byte, 32>;

/// The digest of `bytes`. Constant time for bytes of one length.
Sha256 sha256(std::span<const std::byte> bytes);

/// Sixty-four hexadecimal digits.
std::array<char, 64> hexadecimal(const Sha256& digest);

} // namespace digest
