#include "libs/digest/sha256.hpp"

#include <bearssl_hash.h>

namespace digest {

Sha256 sha256(std::span<const std::byte> bytes) {
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, bytes.data(), bytes.size());
    Sha256 result;
    br_sha256_out(&context, result.data());
    return result;
}

} // namespace digest
