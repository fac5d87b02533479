#include "libs/entropy/stream.hpp"

#include <bearssl_block.h>
#include <span>
#include <utility>

#include "base/assert.hpp"
#include "libs/entropy/below.hpp"

namespace entropy {

using base::u64;

void Stream::seed(Generator& generator) {
    generator.fill(std::as_writable_bytes(std::span(key_)));
    numbers_.fill(0);
    left_ = 0;
    is_seeded_ = true;
}

/// The numbers from the second block on, which zeros become; the next key from the first one. It is the sum of that and
/// of the key, which is read before: neither can be told from it.
void Stream::draw() {
    // No key is used twice.
    constexpr std::array<std::byte, 12> kNonce{};
    br_chacha20_ct_run(key_.data(), kNonce.data(), 1, numbers_.data(), sizeof(numbers_));
    br_chacha20_ct_run(key_.data(), kNonce.data(), 0, key_.data(), sizeof(key_));
    left_ = kNumbers;
}

u64 Stream::next() {
    ASSERT(is_seeded_, "random numbers before there is any entropy");
    if (left_ == 0) {
        draw();
    }
    return std::exchange(numbers_.at(--left_), 0);
}

u64 Stream::below(u64 bound) {
    return below_of(bound, [this] { return next(); });
}

} // namespace entropy
