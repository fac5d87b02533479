#include "libs/program_notes/records.hpp"

#include "testing/test.hpp"

namespace program_notes {

TEST(ProgramNotes, TextsArePadded) {
    EXPECT_EQ(padded<4>("log"), (std::array<char, 4>{'l', 'o', 'g', '\0'}));
    EXPECT_EQ(padded<3>("log"), (std::array<char, 3>{'l', 'o', 'g'}));
    EXPECT_EQ(padded<2>("log"), (std::array<char, 2>{'l', 'o'}));
    EXPECT_EQ(text_of(padded<24>("log")), "log");
    EXPECT_EQ(text_of(padded<3>("log")), "log") << "no room for an end";
    EXPECT_EQ(text_of(std::array<char, 4>{'a', '\0', 'b', '\0'}), "a");
}

} // namespace program_notes
