#include "base/byte_reader.hpp"

#include <array>

#include "testing/test.hpp"

namespace base {

namespace {

constexpr std::array kBytes{std::byte{0x01}, std::byte{0x02}, std::byte{0x03}, std::byte{0x04},
                            std::byte{'h'},  std::byte{'i'},  std::byte{0},    std::byte{0xff}};

struct Header {
    u16 low;
    u16 high;
};

} // namespace

static_assert(PlainBytes<u8> && PlainBytes<i64> && PlainBytes<Header>);
// Not every byte pattern is one of these.
static_assert(!PlainBytes<bool> && !PlainBytes<const char*>);

TEST(ByteReader, ReadsLittleEndianInOrder) {
    ByteReader reader(kBytes);
    EXPECT_EQ(reader.remaining(), 8U);
    EXPECT_EQ(reader.read<u16>(), u16{0x0201});
    EXPECT_EQ(reader.read<u8>(), u8{3});
    EXPECT_EQ(reader.remaining(), 5U);
}

TEST(ByteReader, ReadsStructures) {
    ByteReader reader(kBytes);
    const auto header = reader.read<Header>();
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(header->low, 0x0201);
    EXPECT_EQ(header->high, 0x0403);
}

TEST(ByteReader, NeverReadsBeyondTheEnd) {
    ByteReader reader(std::span(kBytes).first(3));
    EXPECT_EQ(reader.read<u32>(), Error::OutOfRange);
    EXPECT_EQ(reader.take(4).error(), Error::OutOfRange);
    EXPECT_EQ(reader.skip(~usize{0}), Error::OutOfRange);
    // What failed consumed nothing.
    EXPECT_EQ(reader.remaining(), 3U);
    EXPECT_TRUE(reader.skip(3).has_value());
    EXPECT_EQ(reader.read<u8>(), Error::OutOfRange);
    EXPECT_TRUE(reader.take(0).has_value());
}

TEST(ByteReader, TakesInPlace) {
    ByteReader reader(kBytes);
    const auto taken = reader.take(2);
    ASSERT_TRUE(taken.has_value());
    EXPECT_TRUE(taken->data() == kBytes.data());
    EXPECT_EQ(taken->size(), 2U);
}

TEST(ByteReader, ReadsTextUpToItsZero) {
    ByteReader reader(kBytes);
    EXPECT_TRUE(reader.skip(4).has_value());
    EXPECT_EQ(reader.read_text(2), Error::Corrupt);
    EXPECT_EQ(reader.read_text(3), std::string_view("hi"));
    EXPECT_EQ(reader.remaining(), 1U);
    EXPECT_EQ(reader.read_text(100), Error::Corrupt);
    EXPECT_TRUE(reader.skip(1).has_value());
    EXPECT_EQ(reader.read_text(100), Error::Corrupt);
}

} // namespace base
