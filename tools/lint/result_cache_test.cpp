#include "tools/lint/result_cache.hpp"

#include "testing/test.hpp"

namespace lint {

TEST(ResultCache, FollowsIncludes) {
    const std::vector<File> files{
        {"a.cpp", "#include \"b.hpp\"\n#include <span>\n"},
        {"b.hpp", "#include \"c.hpp\"\n"},
        {"dir/c.hpp", "#include \"b.hpp\"\nint c;\n"},
        {"other.hpp", "int other;\n"},
    };
    const std::string text = Includes(files).text_of({"a.cpp"});
    EXPECT_NE(text.find("int c;"), std::string::npos);
    EXPECT_EQ(text.find("int other;"), std::string::npos);
}

} // namespace lint
