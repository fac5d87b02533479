#include "tools/tess/report/report.hpp"

#include "testing/test.hpp"

namespace tess::report {

namespace {

struct Fixture {
    std::vector<std::string> lines;
    Image asked;
    ReportFilter filter{[this](const Image& image, const std::vector<FrameLine>& frames) {
                            asked = image;
                            std::vector<std::string> meanings;
                            for (const FrameLine& frame : frames) {
                                meanings.push_back((frame.is_exact ? "at " : "behind ") +
                                                   std::to_string(frame.address));
                            }
                            return meanings;
                        },
                        [this](const std::string& line) { lines.push_back(line); }};
};

} // namespace

TEST(ReportFilter, AddsMeaningUnderEachAddress) {
    Fixture fixture;
    for (const char* line :
         {"PANIC: x", "build-id: abcd  slide: 0x1000", "backtrace:", "  #0 0x10", "  #1 0x20", "END OF REPORT"}) {
        fixture.filter.take(line);
    }
    const std::vector<std::string> expected{
        "PANIC: x",     "build-id: abcd  slide: 0x1000", "backtrace:", "  #0 0x10", "at 16", "  #1 0x20", "behind 32",
        "END OF REPORT"};
    EXPECT_EQ(fixture.lines, expected);
    EXPECT_TRUE(fixture.filter.saw_panic());
    EXPECT_EQ(fixture.asked.build_id, "abcd");
    EXPECT_EQ(fixture.asked.slide, 0x1000U);
}

TEST(ReportFilter, LeavesOtherOutputAlone) {
    Fixture fixture;
    fixture.filter.take("  #0 0x10 stands in no report");
    fixture.filter.take("hello");
    EXPECT_EQ(fixture.lines.size(), 2U);
    EXPECT_FALSE(fixture.filter.saw_panic());
}

TEST(ReportFilter, ReleasesACutReport) {
    Fixture fixture;
    fixture.filter.take("build-id: abcd  slide: 0x0");
    fixture.filter.take("  #0 0x10");
    EXPECT_EQ(fixture.lines.size(), 1U);
    fixture.filter.finish();
    EXPECT_EQ(fixture.lines.size(), 3U);
}

TEST(LineSplitter, JoinsPiecesAndDropsCarriageReturns) {
    std::vector<std::string> lines;
    LineSplitter splitter([&lines](const std::string& line) { lines.push_back(line); });
    splitter.take("on");
    splitter.take("e\r\ntwo\n\nthr");
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", ""}));
    EXPECT_EQ(splitter.partial(), "thr");
    splitter.finish();
    EXPECT_EQ(lines.back(), "thr");
}

TEST(Symbolizer, KnowsNothingOfAnUnknownImage) {
    EXPECT_TRUE(make_symbolizer("/nonexistent")({"zz", 0}, {{true, 1}}).empty());
    EXPECT_TRUE(make_symbolizer("/nonexistent")({std::string(40, 'a'), 0}, {{true, 1}}).empty());
}

} // namespace tess::report
