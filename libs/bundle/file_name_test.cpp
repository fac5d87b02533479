#include "libs/bundle/file_name.hpp"

#include <string>

#include "testing/test.hpp"

namespace bundle {

TEST(FileName, AcceptsPaths) {
    for (const char* name : {"init", "bin/init", "a/b/c.d", "..a", "...", "übung"}) {
        EXPECT_TRUE(is_file_name(name)) << name;
    }
    EXPECT_TRUE(is_file_name(std::string(255, 'x')));
}

TEST(FileName, RefusesWhatLeadsElsewhere) {
    for (const char* name : {"", "/", "/init", "bin/", "a//b", ".", "..", "a/../b", "a/.", "a\nb", "a\x7f"}) {
        EXPECT_FALSE(is_file_name(name)) << name;
    }
    EXPECT_FALSE(is_file_name(std::string(256, 'x')));
    EXPECT_FALSE(is_file_name(std::string_view("a\0b", 3)));
}

} // namespace bundle
