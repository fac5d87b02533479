#include "libs/digest/sha256.hpp"

#include <bearssl_hash.h>
#include <string_view>

namespace digest {

Sha256 sha256(std::span<const std::byte> bytes) {
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, bytes.data(), bytes.size());
    Sha256 result;
    br_sha256_out(&context, result.data());
    return result;
}

std::array<char, 64> hexadecimal(const Sha256& digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<char, 64> text{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const auto byte = std::to_integer<unsigned>(digest[i]);
        text.at(2 * i) = kDigits[byte >> 4];
        text.at(2 * i + 1) = kDigits[byte & 15];
    }
    return text;
}

} // namespace digest
