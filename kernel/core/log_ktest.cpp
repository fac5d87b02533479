#include "kernel/core/log.hpp"

#include <string_view>

#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/core/options.hpp"
#include "testing/test.hpp"

namespace kernel::core {

namespace {

/// The last `count` lines of the kernel's log.
base::FixedText<1024> tail(base::usize count) {
    base::FixedText<1024> text;
    kernel().log.print_tail(text, count);
    return text;
}

} // namespace

TEST(Log, KeepsTheLastLinesInOrder) {
    LOG_INFO("first {}", 1);
    LOG_INFO("second {}", 2);
    EXPECT_EQ(tail(2).view(), std::string_view("  first 1\n  second 2\n"));
}

TEST(Log, KeepsWhatItDoesNotShow) {
    LOG_DEBUG("unseen");
    EXPECT_EQ(tail(1).view(), std::string_view("  unseen\n"));
}

TEST(Log, NamesWarningsAndErrors) {
    LOG_WARNING("careful");
    EXPECT_EQ(tail(1).view(), std::string_view("  warning: careful\n"));
}

TEST(Log, CutsALineThatIsTooLong) {
    base::FixedText<400> line;
    for (int i = 0; i < 400; ++i) {
        line.write("x");
    }
    LOG_DEBUG("{}", line.view());
    const auto kept = tail(1);
    EXPECT_LE(kept.view().size(), Log::kLineBytes + 6);
    EXPECT_TRUE(kept.view().ends_with("...\n"));
}

TEST(Log, SurvivesMoreThanItHolds) {
    for (int i = 0; i < 1000; ++i) {
        LOG_DEBUG("line number {}, long enough to fill the ring many times over", i);
    }
    EXPECT_TRUE(tail(1).view().contains("line number 999,"));
}

TEST(Options, AreReadFromTheLine) {
    const Options options = parse_options("kaslr=off log=debug debug_exit=0xf4 test=Log crash=nmi");
    EXPECT_TRUE(options.log_level == LogLevel::Debug);
    EXPECT_EQ(options.debug_exit_port, 0xf4);
    EXPECT_EQ(options.test_pattern, std::string_view("Log"));
    EXPECT_EQ(options.crash, std::string_view("nmi"));
}

TEST(Options, UnknownOnesAreNamedAndChangeNothing) {
    const Options options = parse_options("sparkle=on log=loud debug_exit=0x10000");
    EXPECT_TRUE(options.log_level == LogLevel::Info);
    EXPECT_EQ(options.debug_exit_port, 0);
    const auto said = tail(3);
    EXPECT_TRUE(said.view().contains("unknown option \"sparkle\""));
    EXPECT_TRUE(said.view().contains("impossible value of option \"log\""));
    EXPECT_TRUE(said.view().contains("impossible value of option \"debug_exit\""));
}

TEST(Options, ManyWrongOnesAreCounted) {
    static_cast<void>(parse_options("a b c d e f g h i j k l"));
    EXPECT_EQ(tail(1).view(), std::string_view("  warning: and 4 more wrong options\n"));
}

} // namespace kernel::core
