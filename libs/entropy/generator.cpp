#include "libs/entropy/generator.hpp"

#include <bearssl_block.h>
#include <bearssl_hash.h>
#include <utility>

#include "base/assert.hpp"
#include "libs/entropy/below.hpp"

namespace entropy {

using base::u64;

/// The key stands before the seed, and has a length of its own: no two pairs of them are the same bytes.
void Generator::reseed(std::span<const std::byte> seed) {
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, key_.data(), sizeof(key_));
    br_sha256_update(&context, seed.data(), seed.size());
    br_sha256_out(&context, key_.data());
    numbers_.fill(0);
    left_ = 0;
    is_seeded_ = true;
}

/// The next key from the first block, the numbers from the second one on: all is what zeros become.
void Generator::draw() {
    // No key is used twice.
    constexpr std::array<std::byte, 12> kNonce{};
    br_chacha20_ct_run(key_.data(), kNonce.data(), 1, numbers_.data(), sizeof(numbers_));
    std::array<u64, kKeyWords> next{};
    br_chacha20_ct_run(key_.data(), kNonce.data(), 0, next.data(), sizeof(next));
    key_ = next;
    left_ = kNumbers;
}

u64 Generator::next() {
    ASSERT(is_seeded_, "random numbers before there is any entropy");
    if (left_ == 0) {
        draw();
    }
    return std::exchange(numbers_.at(--left_), 0);
}

u64 Generator::below(u64 bound) {
    return below_of(bound, [this] { return next(); });
}

} // namespace entropy
