// What the fuzz targets do, with inputs of a fixed seed: so that it is tried in every run.
#include <random>

#include "protocols/directory.hpp"
#include "protocols/testing/fuzz_protocol.hpp"
#include "testing/test.hpp"

using namespace protocols;

namespace {

/// Half of them near what is right: a method that there is, and few bytes.
rpc::Message random_message(std::mt19937_64& random) {
    std::array<std::byte, sizeof(rpc::Message)> bytes{};
    for (std::byte& byte : bytes) {
        byte = static_cast<std::byte>(random() % 4 == 0 ? random() : 0);
    }
    auto message = std::bit_cast<rpc::Message>(bytes);
    if (random() % 2 == 0) {
        message.method = static_cast<base::u16>(0x8000 + random() % 0x30);
        message.length = static_cast<base::u8>(8 * (random() % 9));
        message.slots = static_cast<base::u8>(random() % 5);
    }
    return message;
}

template <class P>
void try_many() {
    std::mt19937_64 random(7);
    for (int i = 0; i < 2000; ++i) {
        const rpc::Message message = random_message(random);
        protocols::testing::fuzz_protocol<P>(std::as_bytes(std::span(&message, 1)));
    }
}

} // namespace

TEST(Fuzz, File) { try_many<File>(); }

TEST(Fuzz, Directory) { try_many<Directory>(); }
