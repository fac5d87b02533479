#include "tools/tess/graph/graph.hpp"

#include "testing/test.hpp"

namespace tess::graph {

namespace {

system::System described(std::string_view uses) {
    std::string text = "[system]\nname = 'a<b'\n";
    for (const char* name : {"a", "b", "c", "d"}) {
        text += std::string("component.") + name + ".budget.memory = '1MiB'\n";
    }
    auto system = system::parse_system(
        std::string(uses) + "\n" + text.substr(text.find("component")) + "[system]\nname = 'a<b'\n", "s.toml");
    EXPECT_TRUE(system.has_value()) << system.error();
    return system.has_value() ? *std::move(system) : system::System{};
}

} // namespace

TEST(Graph, ProvidersStandBelowTheirUsers) {
    const auto system = described("component.a.uses.x = { from = 'c.o', permissions = 'r' }\n"
                                  "component.c.uses.x = { from = 'b.o', permissions = 'r' }\n"
                                  "component.a.uses.y = { from = 'b.o', permissions = 'r' }\n"
                                  "component.d.uses.k = { from = 'kernel.Debug', permissions = 'rw' }");
    EXPECT_EQ(arrange(system), (Layers{{"a", "d"}, {"c"}, {"b"}, {"kernel.Debug"}}));
}

TEST(Graph, ThoseOfARowStandNearTheirUsers) {
    const auto system = described("component.a.uses.x = { from = 'd.o', permissions = 'r' }\n"
                                  "component.b.uses.x = { from = 'c.o', permissions = 'r' }");
    EXPECT_EQ(arrange(system), (Layers{{"a", "b"}, {"d", "c"}}));
}

TEST(Graph, CirclesEndToo) {
    const auto system = described("component.a.uses.x = { from = 'b.o', permissions = 'r' }\n"
                                  "component.b.uses.x = { from = 'a.o', permissions = 'r' }\n"
                                  "component.c.uses.x = { from = 'c.o', permissions = 'r' }");
    std::size_t count = 0;
    for (const auto& layer : arrange(system)) {
        count += layer.size();
    }
    EXPECT_EQ(count, 4U);
    EXPECT_TRUE(draw(system).ends_with("</svg>\n"));
}

TEST(Graph, IsDrawnWithNamesAndPermissions) {
    const auto system = described("component.a.uses.store = { from = 'b.o', permissions = 'rwg' }");
    const std::string picture = draw(system);
    EXPECT_TRUE(picture.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"590\" height=\"254\""))
        << picture.substr(0, 200);
    EXPECT_TRUE(picture.contains(">store rwg</text>"));
    EXPECT_TRUE(picture.contains(">1MiB</text>"));
    EXPECT_TRUE(picture.contains("<title>a&lt;b</title>"));
}

} // namespace tess::graph
