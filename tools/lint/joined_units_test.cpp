#include "tools/lint/joined_units.hpp"

#include "testing/test.hpp"

namespace lint {

namespace {

constexpr std::string_view kSource = R"(
namespace folder {

namespace {

constexpr int kMost = 3; // not kLeast = 2
struct Place {
    int inside;
};

Place place_of(int number) {
    const int local = number;
    return {local};
}

} // namespace

int outside(int number) { return place_of(number).inside; }

} // namespace folder
)";

constexpr std::string_view kElsewhere = "namespace other {\n\nnamespace {\n\nconstexpr int kMost = 4;\n";

} // namespace

TEST(JoinedUnits, NamesOfAnAnonymousNamespace) {
    EXPECT_EQ(own_names(kSource), (std::set<std::string>{"folder::kMost", "folder::Place", "folder::place_of"}));
}

TEST(JoinedUnits, NamesOutsideOfAny) {
    EXPECT_EQ(own_names("using namespace a;\nusing b::c;\nnamespace {\nint two;\n} // namespace\nint main() {\n    int "
                        "x;\n}\nconst Program program = of();\n"),
              (std::set<std::string>{"::two", "::main", "::program"}));
}

TEST(JoinedUnits, TogetherUnlessSomethingIsInTheWay) {
    const std::vector<std::string> flags{"-O2"};
    const auto units = join_units({{"a/one.cpp", flags, kSource},
                                   {"a/other_flags.cpp", {"-O1"}, ""},
                                   {"a/same_names.cpp", flags, kSource},
                                   {"a/two.cpp", flags, "int two;"},
                                   {"b/elsewhere.cpp", flags, kElsewhere}});
    ASSERT_EQ(units.size(), 3U);
    EXPECT_EQ(units[0].members, (std::vector<std::string>{"a/one.cpp", "a/two.cpp", "b/elsewhere.cpp"}));
    EXPECT_EQ(units[0].text(), "#include \"a/one.cpp\"\n#include \"a/two.cpp\"\n#include \"b/elsewhere.cpp\"\n");
    EXPECT_EQ(units[0].flags, flags);
    EXPECT_EQ(units[1].members, std::vector<std::string>{"a/other_flags.cpp"});
    EXPECT_EQ(units[2].members, std::vector<std::string>{"a/same_names.cpp"});
}

TEST(JoinedUnits, OnlySoMany) {
    std::vector<CompiledSource> many;
    for (char letter = 'a'; letter <= 'z'; ++letter) {
        many.push_back({std::string("folder/") + letter + ".cpp", {}, ""});
    }
    EXPECT_EQ(join_units(many).size(), 2U);
}

} // namespace lint
