#include "libs/entropy/generator.hpp"

#include <array>
#include <bearssl_hash.h>
#include <bearssl_rand.h>

#include "base/assert.hpp"
#include "libs/entropy/below.hpp"

namespace entropy {

using base::u64;

namespace {

/// The bytes are a context's since br_hmac_drbg_init(), which reseed() calls first.
br_hmac_drbg_context& context_in(std::span<std::byte> bytes) {
    void* const start = bytes.data();
    return *static_cast<br_hmac_drbg_context*>(start);
}

} // namespace

void Generator::reseed(std::span<const std::byte> seed) {
    static_assert(sizeof(br_hmac_drbg_context) == kStateBytes && alignof(br_hmac_drbg_context) <= 8);
    if (!is_seeded_) {
        br_hmac_drbg_init(&context_in(state_), &br_sha256_vtable, seed.data(), seed.size());
        is_seeded_ = true;
    } else {
        br_hmac_drbg_update(&context_in(state_), seed.data(), seed.size());
    }
}

void Generator::fill(std::span<std::byte> bytes) {
    ASSERT(is_seeded_, "random numbers before there is any entropy");
    br_hmac_drbg_generate(&context_in(state_), bytes.data(), bytes.size());
}

u64 Generator::next() {
    u64 value = 0;
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
}

u64 Generator::below(u64 bound) {
    return below_of(bound, [this] { return next(); });
}

void Generator::fork(Generator& child) {
    std::array<std::byte, 48> seed;
    fill(seed);
    child.reseed(seed);
    fill(seed); // leaves nothing on the stack that the child's numbers follow from
}

} // namespace entropy
