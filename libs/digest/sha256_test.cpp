#include "libs/digest/sha256.hpp"

#include <string_view>

#include "testing/test.hpp"

namespace digest {

namespace {

template <std::size_t N>
Sha256 of(const char (&text)[N]) {
    return sha256(std::as_bytes(std::span(text).first(N - 1)));
}

/// The first and the last four bytes.
unsigned long long ends(const Sha256& digest) {
    unsigned long long result = 0;
    for (const std::size_t at : {0U, 1U, 2U, 3U, 28U, 29U, 30U, 31U}) {
        result = result << 8 | std::to_integer<unsigned>(digest.at(at));
    }
    return result;
}

} // namespace

// The examples of [fips-180-4].
TEST(Sha256, AgreesWithTheStandard) {
    EXPECT_EQ(ends(of("")), 0xe3b0c442'7852b855ULL);
    EXPECT_EQ(ends(of("abc")), 0xba7816bf'f20015adULL);
    EXPECT_EQ(ends(of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")), 0x248d6a61'19db06c1ULL);
}

TEST(Sha256, IsWrittenInHexadecimal) {
    const auto text = hexadecimal(of("abc"));
    EXPECT_EQ(std::string_view(text.data(), 16), "ba7816bf8f01cfea");
    EXPECT_EQ(std::string_view(text.data(), text.size()).substr(56), "f20015ad");
}

} // namespace digest
