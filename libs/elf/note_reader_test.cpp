#include "libs/elf/note_reader.hpp"

#include "libs/elf/fake_program.hpp"
#include "testing/test.hpp"

namespace elf {

using base::Error;

namespace {

std::span<const std::byte> view(const std::vector<base::u8>& bytes) { return std::as_bytes(std::span(bytes)); }

} // namespace

TEST(ElfNotes, AreReadInOrder) {
    constexpr std::array<char, 8> kOwner{'T', 'e', 's', 's', 'e', 'r', 'a', 0};
    const auto bytes = bytes_of(NoteHeader{8, 4, 1}, kOwner, base::u32{7}, NoteHeader{8, 1, 2}, kOwner, base::u8{9});
    NoteReader reader(view(bytes));
    const auto first = reader.next();
    ASSERT_TRUE(first.has_value() && first->has_value());
    EXPECT_EQ((**first).owner, "Tessera");
    EXPECT_EQ((**first).type, 1U);
    EXPECT_EQ((**first).content.size(), 4U);
    const auto second = reader.next();
    ASSERT_TRUE(second.has_value() && second->has_value());
    EXPECT_EQ((**second).content.size(), 1U);
    const auto end = reader.next();
    ASSERT_TRUE(end.has_value());
    EXPECT_FALSE(end->has_value());
}

TEST(ElfNotes, DamagedOnesEndTheReading) {
    for (const NoteHeader header : {NoteHeader{100, 0, 1}, NoteHeader{0, 100, 1}, NoteHeader{~0U, ~0U, 1}}) {
        const auto bytes = bytes_of(header, base::u32{0});
        NoteReader reader(view(bytes));
        EXPECT_EQ(reader.next().error(), Error::Corrupt);
        EXPECT_EQ(reader.next().error(), Error::Corrupt);
    }
    const auto bytes = bytes_of(base::u32{0});
    EXPECT_EQ(NoteReader(view(bytes)).next().error(), Error::Corrupt);
}

} // namespace elf
