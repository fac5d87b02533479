#include "tools/tess/report/live_filter.hpp"

#include "testing/test.hpp"

namespace tess::report {

namespace {

struct Fixture {
    std::string shown;
    LiveFilter filter{[](const Image& image, const std::vector<FrameLine>& frames) {
                          return std::vector<std::string>(frames.size(), "means " + image.build_id);
                      },
                      [this](std::string_view text) { shown += text; }};

    void take_one_by_one(std::string_view text) {
        for (const char character : text) {
            filter.take(std::string_view(&character, 1));
        }
    }
};

constexpr std::string_view kReport =
    "\nPANIC: x\nbuild-id: abcd  slide: 0x10\nbacktrace:\n  #0 0x10\n  #1 0x20\nlast log lines:\n"
    "  #1 was no address\nEND OF REPORT\n";
constexpr std::string_view kReadable =
    "\nPANIC: x\nbuild-id: abcd  slide: 0x10\nbacktrace:\n  #0 0x10\nmeans abcd\n  #1 0x20\n"
    "means abcd\nlast log lines:\n  #1 was no address\nEND OF REPORT\n";

} // namespace

TEST(LiveFilter, ShowsAPromptBeforeItsLineEnds) {
    Fixture fixture;
    fixture.filter.take("name? ");
    EXPECT_EQ(fixture.shown, "name? ");
    fixture.filter.take("a\r\nb");
    EXPECT_EQ(fixture.shown, "name? a\r\nb");
}

TEST(LiveFilter, MakesAReportReadable) {
    Fixture whole;
    whole.filter.take(kReport);
    EXPECT_EQ(whole.shown, kReadable);
    EXPECT_TRUE(whole.filter.saw_panic());
}

TEST(LiveFilter, TheSizeOfThePiecesDoesNotMatter) {
    Fixture pieces;
    pieces.take_one_by_one(kReport);
    EXPECT_EQ(pieces.shown, kReadable);
    EXPECT_TRUE(pieces.filter.saw_panic());
}

TEST(LiveFilter, HoldsNothingBackOutsideAReport) {
    Fixture fixture;
    fixture.take_one_by_one("  #1");
    EXPECT_EQ(fixture.shown, "  #1");
    fixture.take_one_by_one(" 0x10\n");
    EXPECT_EQ(fixture.shown, "  #1 0x10\n");
    EXPECT_FALSE(fixture.filter.saw_panic());
}

TEST(LiveFilter, AfterTheReportAllIsAsBefore) {
    Fixture fixture;
    fixture.filter.take(kReport);
    fixture.shown.clear();
    fixture.take_one_by_one("  #1 0x10");
    EXPECT_EQ(fixture.shown, "  #1 0x10");
}

TEST(LiveFilter, ACutReportComesOut) {
    Fixture fixture;
    fixture.filter.take("build-id: abcd  slide: 0x0\n  #0 0x10\n  #1 0x");
    fixture.filter.finish();
    EXPECT_EQ(fixture.shown, "build-id: abcd  slide: 0x0\n  #0 0x10\nmeans abcd\n  #1 0x");
}

} // namespace tess::report
